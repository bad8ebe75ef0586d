using System.Runtime.InteropServices;

namespace Tidepool.Index.Hnsw;

/// <summary>The links between nodes, as they are stored; a node's number is its ordinal.</summary>
/// <remarks>
/// Nothing in it is trusted but the sizes of its parts. Ordinals without a vector have no links and none lead there.
/// </remarks>
/// <param name="NodeCount">Ordinals, with or without a vector.</param>
/// <param name="M">Links of a node on an upper level.</param>
/// <param name="Entry">Where every search begins; -1 in a graph without nodes.</param>
/// <param name="TopLevel">The entry's highest level.</param>
/// <param name="Lowest">2 M links for each node, ended by -1 where there are fewer.</param>
/// <param name="Starts">For each node its first slot in <paramref name="Upper"/>, or -1.</param>
/// <param name="Upper">Slots of M links: a node's first for level 1, the next for level 2 and so on.</param>
internal sealed record HnswGraph(
    int NodeCount,
    int M,
    int Entry,
    int TopLevel,
    ReadOnlyMemory<byte> Lowest,
    ReadOnlyMemory<byte> Starts,
    ReadOnlyMemory<byte> Upper)
{
    internal GraphLinks Links => new(
        MemoryMarshal.Cast<byte, int>(Lowest.Span),
        MemoryMarshal.Cast<byte, int>(Starts.Span),
        MemoryMarshal.Cast<byte, int>(Upper.Span),
        M);
}
