using System.Runtime.CompilerServices;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Hnsw;

/// <summary>Reads the links of a graph, whoever wrote it.</summary>
internal readonly ref struct GraphLinks(
    ReadOnlySpan<int> lowest, ReadOnlySpan<int> starts, ReadOnlySpan<int> upper, int m)
{
    private readonly ReadOnlySpan<int> _lowest = lowest;
    private readonly ReadOnlySpan<int> _starts = starts;
    private readonly ReadOnlySpan<int> _upper = upper;
    private readonly int _m = m;

    internal int NodeCount => _starts.Length;

    /// <summary>The most links that a node has.</summary>
    internal int MaxLinks => 2 * _m;

    /// <summary>The links of a node that exists; those from the first negative one on are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<int> Get(int node, int level) =>
        level == 0 ? _lowest.Slice(node * 2 * _m, 2 * _m) : GetUpper(node, level);

    /// <summary>Asks for a node's links on the lowest level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Prefetch(int node) => Distance.Prefetch.Read(_lowest.Slice(node * 2 * _m, 2 * _m));

    /// <summary>Refuses a link to a node that does not exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Check(int node)
    {
        if ((uint)node >= (uint)_starts.Length)
        {
            Refuse(node);
        }
    }

    private ReadOnlySpan<int> GetUpper(int node, int level)
    {
        int start = _starts[node];
        if (start < 0)
        {
            return default;
        }

        long slot = (long)start + level - 1;
        return (slot + 1) * _m <= _upper.Length
            ? _upper.Slice((int)slot * _m, _m)
            : throw new SegmentFormatException($"node {node} has no links on level {level} of a graph", 0);
    }

    private void Refuse(int node) =>
        throw new SegmentFormatException($"a link of a graph leads to node {node} of {_starts.Length}", 0);
}
