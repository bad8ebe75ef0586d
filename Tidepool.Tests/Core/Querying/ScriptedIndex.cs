using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Ranking;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Core.Querying;

/// <summary>An index that offers what a test says, or proves to be damaged after that.</summary>
internal sealed class ScriptedIndex(IndexKind kind = IndexKind.Ivf, double cost = 1) : IVectorIndex
{
    internal static readonly IndexCounters Counters = new()
    {
        Visited = 3,
        CoarseScored = 100,
        FineScored = 20,
        ExactScored = 4,
    };

    internal List<(float Distance, int Ordinal)> Offers { get; } = [];

    internal SegmentFormatException? Damage { get; init; }

    /// <summary>What the last query selected: words, rows, breadth.</summary>
    internal (int WordCount, int SelectedCount, int Breadth) LastQuery { get; private set; }

    public IndexSettings Settings { get; } = new(kind, CodeKind.Scalar8, Metric.SquaredEuclidean, 0, 0);

    public void Search(in IndexQuery query, TopK top, ref IndexCounters counters)
    {
        LastQuery = (query.Selected.Length, query.SelectedCount, query.Breadth);
        foreach ((float distance, int ordinal) in Offers)
        {
            top.Offer(distance, ordinal);
        }

        if (Damage is not null)
        {
            throw Damage;
        }

        counters = Counters;
    }

    public double EstimateCost(int k, double recallTarget, int breadth, double selectedShare) => cost;
}
