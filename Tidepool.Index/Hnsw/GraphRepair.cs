using System.Diagnostics;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Hnsw;

/// <summary>Makes every node reachable from the entry on the lowest level.</summary>
/// <remarks>
/// Where links are full, the nodes that link to some row may all give it up: always among many equal rows, of which a
/// node keeps one. Such rows would never be found.
/// </remarks>
internal static class GraphRepair
{
    internal static void Connect<TDistance>(
        ref TDistance distance,
        GraphBuffer graph,
        ReadOnlySpan<int> nodes,
        int entry,
        int ef,
        BuildScratch scratch)
        where TDistance : struct, IPivotDistance, allows ref struct
    {
        ulong[] reached = new ulong[BitWords.CountFor(graph.NodeCount)];
        var open = new Stack<int>();
        Spread(graph, entry, reached, open);
        foreach (int node in nodes)
        {
            if (!BitWords.Test(reached, node))
            {
                if (!TryAttachNear(graph, node, reached))
                {
                    Attach(graph, FindNearest(ref distance, graph, node, entry, ef, scratch), node);
                }

                Spread(graph, node, reached, open);
            }
        }
    }

    /// <summary>Marks all that can be reached from a node.</summary>
    private static void Spread(GraphBuffer graph, int start, Span<ulong> reached, Stack<int> open)
    {
        BitWords.Set(reached, start);
        open.Push(start);
        while (open.TryPop(out int node))
        {
            ReadOnlySpan<int> places = graph.GetPlaces(node, 0);
            foreach (int link in places[..GraphBuffer.CountLinks(places)])
            {
                if (!BitWords.Test(reached, link))
                {
                    BitWords.Set(reached, link);
                    open.Push(link);
                }
            }
        }
    }

    /// <summary>Attaches a node to one that it links to, or that those link to; best to one with a free
    /// place.</summary>
    private static bool TryAttachNear(GraphBuffer graph, int node, ReadOnlySpan<ulong> reached)
    {
        int nearest = -1;
        ReadOnlySpan<int> near = graph.GetPlaces(node, 0);
        near = near[..GraphBuffer.CountLinks(near)];
        foreach (int link in near)
        {
            if (BitWords.Test(reached, link))
            {
                nearest = nearest < 0 ? link : nearest;
                if (TryAppend(graph, link, node))
                {
                    return true;
                }
            }
        }

        foreach (int link in near)
        {
            ReadOnlySpan<int> far = graph.GetPlaces(link, 0);
            foreach (int other in far[..GraphBuffer.CountLinks(far)])
            {
                if (BitWords.Test(reached, other) && TryAppend(graph, other, node))
                {
                    return true;
                }
            }
        }

        if (nearest >= 0)
        {
            Attach(graph, nearest, node);
        }

        return nearest >= 0;
    }

    private static bool TryAppend(GraphBuffer graph, int node, int link)
    {
        Span<int> places = graph.GetPlaces(node, 0);
        int count = GraphBuffer.CountLinks(places);
        if (count == places.Length)
        {
            return false;
        }

        places[count] = link;
        return true;
    }

    /// <summary>Links a reached node to another; what it has to give up for that, the other links to.</summary>
    private static void Attach(GraphBuffer graph, int node, int other)
    {
        if (!TryAppend(graph, node, other))
        {
            ref int last = ref graph.GetPlaces(node, 0)[^1];
            if (!TryAppend(graph, other, last))
            {
                // Whom the other gives up is not reached yet, or is without it.
                graph.GetPlaces(other, 0)[^1] = last;
            }

            last = other;
        }
    }

    private static int FindNearest<TDistance>(
        ref TDistance distance,
        GraphBuffer graph,
        int node,
        int entry,
        int ef,
        BuildScratch scratch)
        where TDistance : struct, IPivotDistance, allows ref struct
    {
        WalkCounters counters = default;
        GraphLinks links = graph.Links;
        distance.SetPivot(node);

        // From the entry, not from where the upper levels lead: so only what can be reached is found.
        scratch.Visited.Begin(links.NodeCount);
        scratch.Visited.TryMark(entry);
        scratch.Beam.Reset(ef);
        scratch.Beam.Offer(distance.Measure(entry), entry);
        GraphWalk.Search(ref distance, links, 0, scratch.Beam, scratch.Visited, ref counters);
        int found = scratch.Beam.CopyWanted(scratch.Candidates.AsSpan(0, 1), scratch.Distances.AsSpan(0, 1));
        Debug.Assert(found == 1);
        return scratch.Candidates[0];
    }
}
