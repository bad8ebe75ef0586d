using System.Numerics;

namespace Tidepool.Index.Ivf;

/// <summary>How a cell index is made, as measured on sets of 10 thousand to a million rows.</summary>
internal static class IvfParameters
{
    /// <summary>Rows that the centers are trained on, for each of them.</summary>
    internal const int SampleRowsPerCell = 64;

    internal const int TrainingIterations = 8;

    /// <summary>How many rows are asked for as queries, to measure how far around a query cells must be
    /// scanned.</summary>
    internal const int CalibrationQueries = 400;

    /// <summary>The same for more than ten neighbours.</summary>
    internal const int WideCalibrationQueries = 100;

    /// <summary>How many times as much as the median search another may do: more makes a few queries slow, less makes
    /// all others do more for what those few miss.</summary>
    internal const double MostTimes = 2;

    /// <summary>What a search does before its first cell, in coarse comparisons.</summary>
    internal static int GetFirstWork(int cellCount) => 4 * cellCount;

    /// <summary>How many cells a segment gets: the power of two nearest to 1.8 √rows.</summary>
    internal static int GetCellCount(int rowCount)
    {
        double wanted = 1.8 * Math.Sqrt(rowCount);
        int cells = 1 << (int)Math.Round(Math.Log2(Math.Max(1, wanted)));
        int most = (int)Math.Min(IvfFormat.MaxCellCount, BitOperations.RoundUpToPowerOf2((uint)rowCount));
        return Math.Clamp(cells, 1, most);
    }
}
