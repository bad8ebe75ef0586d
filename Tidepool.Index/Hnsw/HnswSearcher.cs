using System.Diagnostics;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Quantization;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Hnsw;

/// <summary>Searches a graph by its codes and ranks what it finds by the rows themselves.</summary>
/// <param name="file">The graph and its codes.</param>
/// <param name="rows">The rows; as many ordinals as the graph has nodes.</param>
internal sealed class HnswSearcher(HnswFile file, VectorColumn rows) : IVectorIndex
{
    // Above this share of selected rows, the others are measured too and lead on; below, walks look two links far. With
    // 100,000 rows both take the same time at about a quarter.
    private const double PlainShare = 0.25;

    // Below this share, the selected nodes hang together so loosely that twice as many candidates are kept.
    private const double SparseShare = 0.05;

    // Where the selected nodes lie away from the query, they are met at their edge, not in their middle: so many times
    // the candidates are kept.
    private const int RemoteFactor = 3;

    // What a row costs in a scan of all rows, in comparisons of rows that are in the cache.
    private const double DenseScanCost = 2;

    // Where a walk looks two links far: links looked at for each candidate kept, as a share of the square of a node's
    // links, and what a look costs. As measured with 340,000 rows and 3 to 30 of a hundred selected.
    private const double LooksPerCandidate = 0.55;
    private const double LookCost = 0.6;

    private readonly HnswHead _head = file.Head;

    public IndexSettings Settings { get; } = file.Head.Settings;

    internal HnswCalibration Calibration => _head.Calibration;

    public void Search(in IndexQuery query, TopK top, ref IndexCounters counters) =>
        Search(query, excluded: -1, top, ref counters);

    public double EstimateCost(int k, double recallTarget, int breadth, double selectedShare)
    {
        double share = Math.Clamp(selectedShare, 1.0 / Math.Max(1, _head.NodeCount), 1);
        int ef = GetEf(k, recallTarget, breadth, share);
        double scored = Calibration.EstimateScored(ef);
        double ranked = GetRerankCount(k) * GetMissCost(rows.Dimensions * sizeof(float));
        if (share > PlainShare)
        {
            return (scored / share * GetMissCost(CodeSizeBytes)) + ranked;
        }

        double links = 2.0 * _head.Parameters.M;
        double looks = ef * (1 - share) * links * links * LooksPerCandidate;
        return (scored * Math.Clamp(9 * share, 0.5, 2.7) * GetMissCost(CodeSizeBytes)) + (looks * LookCost) + ranked;
    }

    /// <summary>A search that does as if a node did not exist; -1 for none.</summary>
    internal void Search(in IndexQuery query, int excluded, TopK top, ref IndexCounters counters)
    {
        Debug.Assert(query.Vector.Length == rows.Dimensions);
        if (query.SelectedCount == 0 || _head.Entry < 0)
        {
            return;
        }

        HnswContent content = file.Content;
        SearchScratch scratch = SearchScratch.OfThisThread;
        double share = (double)query.SelectedCount / _head.NodeCount;
        int ef = GetEf(query.K, query.RecallTarget, query.Breadth, share);
        Span<float> vector = scratch.GetVector(rows.Dimensions);
        NodeVector.Load(query.Vector, _head.Metric, query.Norm, vector);
        bool isFound;
        if (content.Bytes is { } codes)
        {
            Span<float> rotated = scratch.GetRotated(codes.PaddedDimensions);
            Span<sbyte> code = scratch.GetCode(codes.PaddedDimensions);
            content.Rotation!.Apply(vector, rotated);
            float scale = QueryCode.Encode(rotated, code, out int sum, out _);
            var distance = new ByteNodeDistance(codes.Codes.Span, codes.FactorValues, code, scale, -127.5f * sum);
            isFound = TryFind(ref distance, content.Graph, query, ef, excluded, scratch, ref counters);
        }
        else if (content.Halves is { } halves)
        {
            var distance = new HalfNodeDistance(halves.Values, rows, _head.Metric, vector);
            isFound = TryFind(ref distance, content.Graph, query, ef, excluded, scratch, ref counters);
        }
        else
        {
            var distance = new FloatNodeDistance(rows, _head.Metric, vector);
            isFound = TryFind(ref distance, content.Graph, query, ef, excluded, scratch, ref counters);
        }

        if (isFound)
        {
            Rank(query, scratch, top, ref counters);
        }
        else
        {
            counters.ExactScored += FlatSearcher.Search(
                _head.Metric, rows, query.Vector, query.Norm, 0, _head.NodeCount, query.Selected, top);
        }
    }

    private static int GetRerankCount(int k) => (int)Math.Min(k + (k / 2L) + 5, Array.MaxLength);

    private int CodeSizeBytes => rows.Dimensions * _head.Codes switch
    {
        CodeKind.Scalar8 => sizeof(byte),
        CodeKind.Float16 => sizeof(ushort),
        _ => sizeof(float),
    };

    private int GetEf(int k, double recallTarget, int breadth, double share)
    {
        long ef = breadth > 0 ? breadth : Calibration.GetEf(recallTarget, k);
        ef = share < SparseShare ? 2 * ef : ef;
        return (int)Math.Clamp(ef, Math.Min(k, _head.NodeCount), Math.Max(1, _head.NodeCount));
    }

    /// <summary>What it costs to compare what is in no cache, in exact comparisons of rows that are.</summary>
    private double GetMissCost(int sizeBytes) =>

        // 25 ns until the first line comes, then 15 bytes a nanosecond; a comparison takes 1 ns and 40 dimensions
        // another, as measured on one machine.
        (25 + (sizeBytes / 15.0)) / (1 + (rows.Dimensions / 40.0));

    /// <summary>What a selected row costs in a scan: one that is far from the next is waited for.</summary>
    private double GetScanCost(double share) =>
        Math.Min(DenseScanCost / share, GetMissCost(rows.Dimensions * sizeof(float)));

    /// <summary>Fills the beam; false if a scan of the selected rows is cheaper, or needed to find enough.</summary>
    private bool TryFind<TDistance>(
        ref TDistance distance,
        HnswGraph graph,
        in IndexQuery query,
        int ef,
        int excluded,
        SearchScratch scratch,
        ref IndexCounters counters)
        where TDistance : struct, INodeDistance, allows ref struct
    {
        double share = (double)query.SelectedCount / _head.NodeCount;
        bool isFiltered = !query.Selected.IsEmpty;
        double budget = query.SelectedCount * GetScanCost(share) / GetMissCost(CodeSizeBytes);
        if (Calibration.EstimateScored(ef) > budget)
        {
            return false;
        }

        WalkCounters walk = default;
        GraphLinks links = graph.Links;
        int start = _head.Entry;
        for (int level = _head.TopLevel; level > 0; level--)
        {
            start = GraphWalk.Descend(ref distance, links, start, level, ref walk);
        }

        bool isFound = false;
        if (isFiltered && share <= PlainShare)
        {
            int kept = IsFarFromSelected(links, query.Selected, start)
                ? Math.Min(RemoteFactor * ef, query.SelectedCount)
                : ef;
            Begin(ref distance, query.Selected, start, kept, excluded, scratch);
            isFound = GraphWalk.SearchTwoHops(
                ref distance, links, query.Selected, scratch.Beam, scratch.Visited, (long)budget, ref walk)
                && scratch.Beam.WantedCount >= Math.Min(ef, query.SelectedCount);
        }

        if (!isFound)
        {
            Begin(ref distance, query.Selected, start, ef, excluded, scratch);
            if (isFiltered)
            {
                isFound = GraphWalk.SearchSelected(
                    ref distance,
                    links,
                    query.Selected,
                    scratch.Beam,
                    scratch.Visited,
                    (long)budget - walk.Scored,
                    ref walk);
            }
            else
            {
                GraphWalk.Search(ref distance, links, 0, scratch.Beam, scratch.Visited, ref walk);
                isFound = true;
            }

            isFound &= scratch.Beam.WantedCount >= Math.Min(query.K, query.SelectedCount);
        }

        counters.Visited += walk.Followed;
        counters.CoarseScored += walk.Scored;
        return isFound;
    }

    /// <summary>Whether neither a node nor any that it links to is selected.</summary>
    private static bool IsFarFromSelected(GraphLinks links, ReadOnlySpan<ulong> selected, int node)
    {
        if (BitWords.Test(selected, node))
        {
            return false;
        }

        foreach (int link in links.Get(node, 0))
        {
            if (link < 0)
            {
                break;
            }

            links.Check(link);
            if (BitWords.Test(selected, link))
            {
                return false;
            }
        }

        return true;
    }

    private void Begin<TDistance>(
        ref TDistance distance,
        ReadOnlySpan<ulong> selected,
        int start,
        int ef,
        int excluded,
        SearchScratch scratch)
        where TDistance : struct, INodeDistance, allows ref struct
    {
        scratch.Visited.Begin(_head.NodeCount);
        scratch.Beam.Reset(ef);
        if (excluded >= 0)
        {
            scratch.Visited.TryMark(excluded);
        }

        scratch.Visited.TryMark(start);
        scratch.Beam.Offer(distance.Measure(start), start, selected.IsEmpty || BitWords.Test(selected, start));
    }

    /// <summary>Offers the best of the beam with their exact distances.</summary>
    private void Rank(in IndexQuery query, SearchScratch scratch, TopK top, ref IndexCounters counters)
    {
        int limit = Math.Min(GetRerankCount(query.K), scratch.Beam.WantedCount);
        Span<int> nodes = scratch.GetNodes(limit);
        int count = scratch.Beam.CopyWanted(nodes, scratch.GetDistances(limit));
        foreach (int node in nodes[..count])
        {
            Prefetch.Read(rows.GetVector(node));
        }

        foreach (int node in nodes[..count])
        {
            // A damaged graph may lead to an ordinal that has no vector.
            if (rows.HasVector(node))
            {
                counters.ExactScored++;
                top.Offer(ExactDistance.Measure(_head.Metric, rows, query.Vector, query.Norm, node), node);
            }
        }
    }
}
