namespace Tidepool.Index.Ivf;

/// <summary>How far around a query cells have to be scanned for a share of its true neighbours, as measured.</summary>
/// <remarks>
/// With g the distance of a cell's center, g₁ that of the nearest and ρ that of the k-th neighbour found so far, cells
/// are scanned while g² - g₁² &lt;= γ ρ². γ for a share R and a k is the R-quantile of (g² - g₁²) / ρ² over the
/// cells that hold true neighbours of sampled rows, as far as a search comes to them at all: it ends when it has done
/// <see cref="IvfParameters.MostTimes"/> times as much as the median one. That cuts off the few queries that lie
/// between very many cells; a larger γ for all makes up for what they miss. For dot products, whose keys have no
/// natural zero, ρ² is the mean radius of cells by the query's norm.
/// </remarks>
internal sealed class GammaTable
{
    /// <summary>The smallest γ: less than this asks too much of a sample.</summary>
    internal const float Smallest = 0.02f;

    private readonly float[] _gammas;
    private readonly float[] _cells;
    private readonly float[] _works;

    /// <param name="gammas">γ for each share and each k, shares first.</param>
    /// <param name="cells">How many cells a search then scans on average.</param>
    /// <param name="works">After how much work it ends, as <see cref="CellScan.Work"/> counts.</param>
    internal GammaTable(float[] gammas, float[] cells, float[] works)
    {
        _gammas = gammas;
        _cells = cells;
        _works = works;
    }

    /// <summary>One in which nothing was measured.</summary>
    internal static GammaTable Empty { get; } = new(new float[Size], new float[Size], new float[Size]);

    /// <summary>The shares that were measured.</summary>
    internal static ReadOnlySpan<double> Shares => [0.8, 0.9, 0.95, 0.98, 0.99, 0.995];

    /// <summary>The numbers of neighbours that were measured.</summary>
    internal static ReadOnlySpan<int> Counts => [1, 10, 100, 1000];

    internal static int Size => Shares.Length * Counts.Length;

    internal ReadOnlySpan<float> Gammas => _gammas;

    internal ReadOnlySpan<float> Cells => _cells;

    internal ReadOnlySpan<float> Works => _works;

    /// <summary>γ for a share of k neighbours, between those that were measured.</summary>
    internal float GetGamma(double share, double k) => Math.Max(Smallest, Interpolate(_gammas, share, k));

    /// <summary>How many cells a search for a share of k neighbours scans.</summary>
    internal float GetCellCount(double share, double k) => Math.Max(1, Interpolate(_cells, share, k));

    /// <summary>After how much work a search for a share of k neighbours ends.</summary>
    internal float GetMostWork(double share, double k) => Interpolate(_works, share, k);

    private static float Interpolate(float[] table, double share, double k)
    {
        double position = Math.Log10(Math.Clamp(k, 1, 1000));
        int column = Math.Min((int)position, Counts.Length - 2);
        double part = position - column;
        return (float)((InterpolateShare(table, share, column) * (1 - part))
            + (InterpolateShare(table, share, column + 1) * part));
    }

    /// <summary>Between shares as the logarithm of what is missed: from 98 to 99 % as far as from 90 to 95 %.</summary>
    private static double InterpolateShare(float[] table, double share, int column)
    {
        int row = 0;
        while (row < Shares.Length - 2 && share > Shares[row + 1])
        {
            row++;
        }

        double missed = Math.Log(1 - Math.Min(share, 0.9999));
        double from = Math.Log(1 - Shares[row]);
        double to = Math.Log(1 - Shares[row + 1]);
        double part = Math.Max(-1, (missed - from) / (to - from));
        double low = table[(row * Counts.Length) + column];
        double high = table[((row + 1) * Counts.Length) + column];
        return Math.Max(0, low + (part * (high - low)));
    }
}
