namespace Tidepool.Index.Ivf;

/// <summary>How far around a query cells have to be scanned for a share of its true neighbours, as measured.</summary>
/// <remarks>
/// With g the distance of a cell's center, g₁ that of the nearest and ρ that of the k-th neighbour found so far, cells
/// are scanned while g² - g₁² &lt;= γ ρ². γ for a share R and a k is the R-quantile of (g² - g₁²) / ρ² over the
/// cells that hold true neighbours of sampled rows, as far as they are among the cells that a search may scan at most:
/// that many times the number that γ alone gives on average. The bound cuts off the few queries that lie between very
/// many cells; a larger γ for all makes up for what they miss, and costs less. For dot products, whose keys have no
/// natural zero, ρ² is the mean radius of cells by the query's norm.
/// </remarks>
internal sealed class GammaTable
{
    /// <summary>The smallest γ: less than this asks too much of a sample.</summary>
    internal const float Smallest = 0.02f;

    /// <summary>How many times the average number of cells a search may scan: more makes a few queries slow, less
    /// misses too much around queries that lie between cells.</summary>
    private const double MostTimes = 1.35;

    private readonly float[] _gammas;
    private readonly float[] _cells;

    /// <param name="gammas">γ for each share and each k, shares first.</param>
    /// <param name="cells">How many cells those make a search scan on average, were there no bound.</param>
    internal GammaTable(float[] gammas, float[] cells)
    {
        _gammas = gammas;
        _cells = cells;
    }

    /// <summary>The shares that were measured.</summary>
    internal static ReadOnlySpan<double> Shares => [0.8, 0.9, 0.95, 0.98, 0.99, 0.995];

    /// <summary>The numbers of neighbours that were measured.</summary>
    internal static ReadOnlySpan<int> Counts => [1, 10, 100, 1000];

    internal static int Size => Shares.Length * Counts.Length;

    internal ReadOnlySpan<float> Gammas => _gammas;

    internal ReadOnlySpan<float> Cells => _cells;

    /// <summary>γ for a share of k neighbours, between those that were measured.</summary>
    internal float GetGamma(double share, double k) => Math.Max(Smallest, Interpolate(_gammas, share, k));

    /// <summary>The bound that goes with an average number of cells.</summary>
    internal static int GetMostCells(double average) => (int)Math.Ceiling(Math.Min(MostTimes * average, int.MaxValue));

    /// <summary>How many cells a search for a share of k neighbours scans.</summary>
    internal float GetCellCount(double share, double k) => Math.Max(1, Interpolate(_cells, share, k));

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
