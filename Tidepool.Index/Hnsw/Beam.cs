using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tidepool.Index.Hnsw;

/// <summary>The nearest nodes found so far, sorted, with marks on those whose links were followed.</summary>
/// <remarks>
/// It keeps the ef nearest wanted nodes and, between them, those that only lead on. One array does what the paper
/// does with two heaps: insertion is a binary search and a short move. One thread at a time; keeps its memory.
/// </remarks>
internal sealed class Beam
{
    private const int FollowedBit = int.MinValue;
    private const int UnwantedBit = 1 << 30;

    // Where hardly any node near the query is wanted, those that lead on are kept up to this many times ef.
    private const int MaxSpread = 16;

    /// <summary>The largest number that a node may have.</summary>
    internal const int MaxNode = UnwantedBit - 1;

    private float[] _distances = new float[64];
    private int[] _nodes = new int[64];
    private int _ef;
    private int _maxCount;
    private int _count;
    private int _next; // All before it have been followed.

    /// <summary>How many wanted nodes there are.</summary>
    internal int WantedCount { get; private set; }

    /// <summary>Only what is nearer gets in.</summary>
    internal float Bound { get; private set; }

    /// <summary>Empties it.</summary>
    internal void Reset(int ef)
    {
        Debug.Assert(ef > 0);
        _ef = ef;
        _maxCount = (int)Math.Min((long)ef * MaxSpread, Array.MaxLength);
        _count = 0;
        _next = 0;
        WantedCount = 0;
        Bound = float.PositiveInfinity;
    }

    /// <summary>Keeps a node if it is near enough. What is not a number is as far as can be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Offer(float distance, int node, bool isWanted = true)
    {
        distance = distance < float.MaxValue ? distance : float.MaxValue;
        if (distance < Bound)
        {
            Insert(distance, isWanted ? node : node | UnwantedBit);
        }
    }

    /// <summary>The nearest node whose links were not followed; it counts as followed then.</summary>
    internal bool TryTake(out int node)
    {
        int[] nodes = _nodes;
        int next = _next;
        while (next < _count && nodes[next] < 0)
        {
            next++;
        }

        _next = next;
        if (next >= _count)
        {
            node = -1;
            return false;
        }

        node = nodes[next] & MaxNode;
        nodes[next] |= FollowedBit;
        _next = next + 1;
        return true;
    }

    /// <summary>The node that <see cref="TryTake"/> would give if nothing nearer came; -1 if there is none.</summary>
    internal int Peek()
    {
        for (int i = _next; i < _count; i++)
        {
            if (_nodes[i] >= 0)
            {
                return _nodes[i] & MaxNode;
            }
        }

        return -1;
    }

    /// <summary>The nearest wanted nodes, in order; as many as there are and fit.</summary>
    internal int CopyWanted(Span<int> nodes, Span<float> distances)
    {
        int copied = 0;
        for (int i = 0; i < _count && copied < nodes.Length; i++)
        {
            if ((_nodes[i] & UnwantedBit) == 0)
            {
                nodes[copied] = _nodes[i] & MaxNode;
                distances[copied++] = _distances[i];
            }
        }

        return copied;
    }

    private void Insert(float distance, int node)
    {
        if (_count == _nodes.Length)
        {
            Array.Resize(ref _distances, 2 * _count);
            Array.Resize(ref _nodes, 2 * _count);
        }

        float[] distances = _distances;
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (distances[middle] <= distance)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        int moved = _count - low;
        distances.AsSpan(low, moved).CopyTo(distances.AsSpan(low + 1));
        _nodes.AsSpan(low, moved).CopyTo(_nodes.AsSpan(low + 1));
        distances[low] = distance;
        _nodes[low] = node;
        _next = Math.Min(_next, low);
        _count++;
        WantedCount += (node & UnwantedBit) == 0 ? 1 : 0;
        if (WantedCount > _ef || _count > _maxCount)
        {
            _count--;
            WantedCount -= (_nodes[_count] & UnwantedBit) == 0 ? 1 : 0;
        }

        // Nothing is wanted behind the last of ef wanted nodes.
        while (WantedCount == _ef && (_nodes[_count - 1] & UnwantedBit) != 0)
        {
            _count--;
        }

        if (WantedCount == _ef || _count == _maxCount)
        {
            Bound = distances[_count - 1];
        }
    }
}
