using Tidepool.Index.Ranking;

namespace Tidepool.Index.Vectors;

/// <summary>An approximate index over one vector field of a segment.</summary>
/// <remarks>Immutable; any number of threads. Memory that a search needs is kept by its thread.</remarks>
internal interface IVectorIndex
{
    IndexSettings Settings { get; }

    /// <summary>Offers the selected rows that it found near the query, with their exact distance.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="top">Takes the rows; reset by the caller to the query's k and bound.</param>
    /// <param name="counters">Added to.</param>
    /// <exception cref="Binary.SegmentFormatException">What it read is damaged; rows offered so far are
    /// sound.</exception>
    void Search(in IndexQuery query, TopK top, ref IndexCounters counters);

    /// <summary>What a search would cost, in the time of an exact comparison of a row that is in the cache.</summary>
    /// <remarks>For choosing between this and a scan of the selected rows.</remarks>
    double EstimateCost(int k, double recallTarget, int breadth, double selectedShare);
}
