using System.Runtime.InteropServices;
using Tidepool.Index.Hnsw;

namespace Tidepool.Tests.Index.Hnsw;

/// <summary>Reads a stored graph by the description of its format alone.</summary>
internal sealed class HnswGraphReader(byte[] bytes)
{
    internal const int EntryOffset = 24;

    internal int NodeCount => ReadInt32(8);

    internal int M => ReadInt32(16);

    internal int Entry => ReadInt32(EntryOffset);

    internal IEnumerable<int> GetLowestLinks(int node) => MemoryMarshal
        .Cast<byte, int>(bytes.AsSpan(HnswFormat.HeadSizeBytes + (node * 2 * M * sizeof(int)), 2 * M * sizeof(int)))
        .ToArray()
        .TakeWhile(link => link >= 0);

    private int ReadInt32(int offset) => BitConverter.ToInt32(bytes, offset);
}
