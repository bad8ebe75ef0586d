using System.Runtime.CompilerServices;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Hnsw;

/// <summary>Walks over a graph towards what is near.</summary>
/// <remarks>
/// Each visits a node once at most, so that it ends on any graph. What a walk measures it first collects while the
/// processor fetches it: a search waits for memory more than it computes.
/// </remarks>
internal static class GraphWalk
{
    private const int MaxPending = 128;

    /// <summary>From a node, on one level, to the one that is nearer than all that it links to.</summary>
    internal static int Descend<TDistance>(
        ref TDistance distance, GraphLinks links, int node, int level, ref WalkCounters counters)
        where TDistance : struct, INodeDistance, allows ref struct
    {
        float best = distance.Measure(node);
        counters.Scored++;
        while (true)
        {
            int from = node;
            counters.Followed++;
            foreach (int link in links.Get(from, level))
            {
                if (link < 0)
                {
                    break;
                }

                links.Check(link);
                float candidate = distance.Measure(link);
                counters.Scored++;
                if (candidate < best)
                {
                    best = candidate;
                    node = link;
                }
            }

            if (node == from)
            {
                return node;
            }
        }
    }

    /// <summary>Finds the nodes nearest to the query on one level, all of them wanted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Search<TDistance>(
        ref TDistance distance,
        GraphLinks links,
        int level,
        Beam beam,
        VisitedRows visited,
        ref WalkCounters counters)
        where TDistance : struct, INodeDistance, allows ref struct
    {
        Span<int> pending = stackalloc int[MaxPending];
        Span<float> distances = stackalloc float[MaxPending];
        while (beam.TryTake(out int node))
        {
            int count = 0;
            foreach (int link in links.Get(node, level))
            {
                if (link < 0)
                {
                    break;
                }

                links.Check(link);
                if (visited.TryMark(link))
                {
                    distance.Prefetch(link);
                    pending[count++] = link;
                }
            }

            counters.Followed++;
            counters.Scored += count;
            PrefetchNext(links, level, beam);
            distance.Measure(pending[..count], distances);
            for (int i = 0; i < count; i++)
            {
                beam.Offer(distances[i], pending[i]);
            }
        }
    }

    /// <summary>Finds the selected nodes nearest to the query on the lowest level; the others only lead on.</summary>
    /// <returns>Whether it came to an end before it had measured more than the budget.</returns>
    internal static bool SearchSelected<TDistance>(
        ref TDistance distance,
        GraphLinks links,
        ReadOnlySpan<ulong> selected,
        Beam beam,
        VisitedRows visited,
        long budget,
        ref WalkCounters counters)
        where TDistance : struct, INodeDistance, allows ref struct
    {
        Span<int> pending = stackalloc int[MaxPending];
        Span<float> distances = stackalloc float[MaxPending];
        long limit = counters.Scored + budget;
        while (beam.TryTake(out int node))
        {
            int count = 0;
            foreach (int link in links.Get(node, 0))
            {
                if (link < 0)
                {
                    break;
                }

                links.Check(link);
                if (visited.TryMark(link))
                {
                    distance.Prefetch(link);
                    pending[count++] = link;
                }
            }

            counters.Followed++;
            counters.Scored += count;
            if (counters.Scored > limit)
            {
                return false;
            }

            PrefetchNext(links, 0, beam);
            distance.Measure(pending[..count], distances);
            for (int i = 0; i < count; i++)
            {
                beam.Offer(distances[i], pending[i], BitWords.Test(selected, pending[i]));
            }
        }

        return true;
    }

    /// <summary>The same, but only selected nodes are measured: through the others it looks one link further.</summary>
    /// <remarks>ACORN-1 (Patel and others, 2024), without its bound on the links looked at.</remarks>
    /// <returns>Whether it came to an end before it had measured more than the budget.</returns>
    internal static bool SearchTwoHops<TDistance>(
        ref TDistance distance,
        GraphLinks links,
        ReadOnlySpan<ulong> selected,
        Beam beam,
        VisitedRows visited,
        long budget,
        ref WalkCounters counters)
        where TDistance : struct, INodeDistance, allows ref struct
    {
        Span<int> pending = stackalloc int[MaxPending];
        Span<int> through = stackalloc int[MaxPending];
        long limit = counters.Scored + budget;
        while (beam.TryTake(out int node))
        {
            int count = 0;
            int throughCount = 0;
            foreach (int link in links.Get(node, 0))
            {
                if (link < 0)
                {
                    break;
                }

                links.Check(link);
                if (!visited.TryMark(link))
                {
                    continue;
                }

                if (BitWords.Test(selected, link))
                {
                    distance.Prefetch(link);
                    pending[count++] = link;
                }
                else
                {
                    links.Prefetch(link);
                    through[throughCount++] = link;
                }
            }

            counters.Followed += 1 + throughCount;
            foreach (int link in through[..throughCount])
            {
                if (count + links.MaxLinks > pending.Length)
                {
                    Offer(ref distance, pending[..count], beam, ref counters);
                    count = 0;
                }

                count = Collect(ref distance, links, link, selected, visited, pending, count);
            }

            Offer(ref distance, pending[..count], beam, ref counters);
            if (counters.Scored > limit)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds the selected nodes that a node links to and that were not seen yet.</summary>
    private static int Collect<TDistance>(
        ref TDistance distance,
        GraphLinks links,
        int node,
        ReadOnlySpan<ulong> selected,
        VisitedRows visited,
        scoped Span<int> pending,
        int count)
        where TDistance : struct, INodeDistance, allows ref struct
    {
        foreach (int link in links.Get(node, 0))
        {
            if (link < 0)
            {
                break;
            }

            links.Check(link);
            if (BitWords.Test(selected, link) && visited.TryMark(link))
            {
                distance.Prefetch(link);
                pending[count++] = link;
            }
        }

        return count;
    }

    private static void Offer<TDistance>(
        ref TDistance distance, scoped ReadOnlySpan<int> nodes, Beam beam, ref WalkCounters counters)
        where TDistance : struct, INodeDistance, allows ref struct
    {
        Span<float> distances = stackalloc float[MaxPending];
        counters.Scored += nodes.Length;
        distance.Measure(nodes, distances);
        for (int i = 0; i < nodes.Length; i++)
        {
            beam.Offer(distances[i], nodes[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchNext(GraphLinks links, int level, Beam beam)
    {
        int next = level == 0 ? beam.Peek() : -1;
        if (next >= 0)
        {
            links.Prefetch(next);
        }
    }
}
