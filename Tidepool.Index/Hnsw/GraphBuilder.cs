using System.Collections.Concurrent;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Hnsw;

/// <summary>Inserts nodes into a graph, several at once if there are workers.</summary>
/// <remarks>With one worker, the same nodes give the same graph.</remarks>
internal sealed class GraphBuilder<TSource, TDistance>(
    TSource source, GraphBuffer graph, byte[] levels, HnswParameters parameters, int vectorLength)
    where TSource : IPivotSource<TDistance>
    where TDistance : struct, IPivotDistance, allows ref struct
{
    // Nodes that a worker takes at a time: workers that insert neighbours at the same time miss each other.
    private const int BlockNodes = 256;

    private readonly ConcurrentBag<BuildScratch> _scratches = [];
    private readonly Lock _entryLock = new();
    private long _entry = -1; // The entry node below, its level above: read and written as one.
    private int _nextBlock;
    private long _inserted;

    /// <summary>Inserts nodes in the order given.</summary>
    internal HnswGraph Build(
        ReadOnlyMemory<int> nodes,
        IWorkers workers,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        if (nodes.IsEmpty)
        {
            return graph.ToGraph(entry: -1, topLevel: 0);
        }

        SetEntry(nodes.Span[0], levels[nodes.Span[0]]);
        workers.Run(workers.Count, _ => InsertBlocks(nodes, progress, cancellationToken));
        (int entry, int topLevel) = GetEntry();
        BuildScratch scratch = TakeScratch();
        TDistance distance = source.Open(scratch);
        GraphRepair.Connect(ref distance, graph, nodes.Span, entry, parameters.EfConstruction, scratch);
        return graph.ToGraph(entry, topLevel);
    }

    private void InsertBlocks(
        ReadOnlyMemory<int> nodes, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        BuildScratch scratch = TakeScratch();
        int blockCount = (nodes.Length + BlockNodes - 1) / BlockNodes;
        for (int block; (block = Interlocked.Increment(ref _nextBlock) - 1) < blockCount;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = block * BlockNodes;
            int end = Math.Min(first + BlockNodes, nodes.Length);
            foreach (int node in nodes.Span[Math.Max(1, first)..end])
            {
                Insert(node, scratch);
            }

            progress?.Invoke(Interlocked.Add(ref _inserted, end - first), nodes.Length);
        }

        _scratches.Add(scratch);
    }

    private BuildScratch TakeScratch() =>
        _scratches.TryTake(out BuildScratch? scratch) ? scratch : new BuildScratch(parameters, vectorLength);

    private void Insert(int node, BuildScratch scratch)
    {
        TDistance distance = source.Open(scratch);
        distance.SetPivot(node);
        (int current, int topLevel) = GetEntry();
        int level = levels[node];
        WalkCounters counters = default;
        GraphLinks links = graph.Links;
        for (int upper = topLevel; upper > level; upper--)
        {
            current = GraphWalk.Descend(ref distance, links, current, upper, ref counters);
        }

        int shared = Math.Min(level, topLevel);
        for (int lower = shared; lower >= 0; lower--)
        {
            int found = FindNeighbors(ref distance, links, current, lower, scratch, ref counters);
            current = scratch.Candidates[0];
            scratch.SelectedCounts[lower] = NeighborSelection.Select(
                ref distance,
                scratch.Candidates.AsSpan(0, found),
                scratch.Distances.AsSpan(0, found),
                scratch.Selected.AsSpan(lower * parameters.M, parameters.M));
            distance.SetPivot(node);
        }

        // From the lowest level up: who finds a node on one level must be able to go on from it on those below.
        for (int lower = 0; lower <= shared; lower++)
        {
            Connect(
                ref distance,
                node,
                lower,
                scratch.Selected.AsSpan(lower * parameters.M, scratch.SelectedCounts[lower]),
                scratch);
        }

        SetEntry(node, level);
    }

    private int FindNeighbors(
        ref TDistance distance,
        GraphLinks links,
        int start,
        int level,
        BuildScratch scratch,
        ref WalkCounters counters)
    {
        scratch.Visited.Begin(links.NodeCount);
        scratch.Visited.TryMark(start);
        scratch.Beam.Reset(parameters.EfConstruction);
        scratch.Beam.Offer(distance.Measure(start), start);
        GraphWalk.Search(ref distance, links, level, scratch.Beam, scratch.Visited, ref counters);
        return scratch.Beam.CopyWanted(scratch.Candidates, scratch.Distances);
    }

    private void Connect(
        ref TDistance distance, int node, int level, ReadOnlySpan<int> neighbors, BuildScratch scratch)
    {
        lock (graph.GetLock(node))
        {
            neighbors.CopyTo(graph.GetPlaces(node, level));
        }

        foreach (int neighbor in neighbors)
        {
            lock (graph.GetLock(neighbor))
            {
                AddLink(ref distance, neighbor, node, graph.GetPlaces(neighbor, level), scratch);
            }
        }
    }

    /// <summary>Links a node to another; if its places are full, chooses anew among all.</summary>
    private static void AddLink(
        ref TDistance distance, int node, int other, Span<int> places, BuildScratch scratch)
    {
        int count = GraphBuffer.CountLinks(places);
        if (count < places.Length)
        {
            places[count] = other;
            return;
        }

        // The new one stands first among equals: it has fewer that link to it.
        Span<int> candidates = scratch.Candidates.AsSpan(0, count + 1);
        Span<float> distances = scratch.Distances.AsSpan(0, count + 1);
        distance.SetPivot(node);
        candidates[0] = other;
        distances[0] = distance.Measure(other);
        for (int i = 0; i < count; i++)
        {
            InsertSorted(candidates, distances, i + 1, places[i], distance.Measure(places[i]));
        }

        Span<int> kept = scratch.Kept.AsSpan(0, places.Length);
        int keptCount = NeighborSelection.Select(ref distance, candidates, distances, kept);
        kept[keptCount..].Fill(-1);
        kept.CopyTo(places);
    }

    private static void InsertSorted(
        Span<int> nodes, Span<float> distances, int count, int node, float distance)
    {
        int place = count;
        for (; place > 0 && distances[place - 1] > distance; place--)
        {
            distances[place] = distances[place - 1];
            nodes[place] = nodes[place - 1];
        }

        distances[place] = distance;
        nodes[place] = node;
    }

    private (int Node, int Level) GetEntry()
    {
        long entry = Volatile.Read(ref _entry);
        return ((int)entry, (int)(entry >> 32));
    }

    /// <summary>Makes a node the entry if it stands higher than the present one.</summary>
    private void SetEntry(int node, int level)
    {
        if (_entry < 0 || level > GetEntry().Level)
        {
            lock (_entryLock)
            {
                if (_entry < 0 || level > GetEntry().Level)
                {
                    Volatile.Write(ref _entry, ((long)level << 32) | (uint)node);
                }
            }
        }
    }
}
