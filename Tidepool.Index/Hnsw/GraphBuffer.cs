using System.Runtime.InteropServices;
using Tidepool.Index.Binary;

namespace Tidepool.Index.Hnsw;

/// <summary>A graph that is being built.</summary>
/// <remarks>Whoever changes a node's links holds the lock that belongs to the node; reading needs none: a reader may
/// meet old links beside new ones, but never anything else.</remarks>
internal sealed class GraphBuffer
{
    private const int LockCount = 4096;

    private readonly NativeArray<byte> _lowest;
    private readonly byte[] _starts;
    private readonly byte[] _upper;
    private readonly Lock[] _locks = new Lock[LockCount];

    /// <param name="nodeCount">Ordinals, with or without a vector.</param>
    /// <param name="m">Links on an upper level.</param>
    /// <param name="levels">The highest level of each node.</param>
    /// <param name="memory">Owns the links.</param>
    internal GraphBuffer(int nodeCount, int m, ReadOnlySpan<byte> levels, NativeArrays memory)
    {
        NodeCount = nodeCount;
        M = m;
        _lowest = memory.Add(checked(nodeCount * 2 * m * sizeof(int)), (byte)0xFF);
        _starts = new byte[checked(nodeCount * sizeof(int))];
        Span<int> starts = MemoryMarshal.Cast<byte, int>(_starts.AsSpan());
        int slots = 0;
        for (int node = 0; node < nodeCount; node++)
        {
            starts[node] = levels[node] == 0 ? -1 : slots;
            slots += levels[node];
        }

        _upper = new byte[checked(slots * m * sizeof(int))];
        _upper.AsSpan().Fill(0xFF);
        for (int i = 0; i < LockCount; i++)
        {
            _locks[i] = new Lock();
        }
    }

    internal int NodeCount { get; }

    internal int M { get; }

    internal GraphLinks Links => new(
        MemoryMarshal.Cast<byte, int>(_lowest.GetSpan()),
        MemoryMarshal.Cast<byte, int>(_starts),
        MemoryMarshal.Cast<byte, int>(_upper),
        M);

    internal Lock GetLock(int node) => _locks[node % LockCount];

    /// <summary>The places of a node's links; those from the first -1 on are free.</summary>
    internal Span<int> GetPlaces(int node, int level)
    {
        if (level == 0)
        {
            return MemoryMarshal.Cast<byte, int>(_lowest.GetSpan()).Slice(node * 2 * M, 2 * M);
        }

        int start = MemoryMarshal.Cast<byte, int>(_starts.AsSpan())[node];
        return MemoryMarshal.Cast<byte, int>(_upper.AsSpan()).Slice((start + level - 1) * M, M);
    }

    /// <summary>How many of a node's places hold a link.</summary>
    internal static int CountLinks(ReadOnlySpan<int> places)
    {
        int free = places.IndexOf(-1);
        return free < 0 ? places.Length : free;
    }

    internal HnswGraph ToGraph(int entry, int topLevel) =>
        new(NodeCount, M, entry, topLevel, _lowest.Memory, _starts, _upper);
}
