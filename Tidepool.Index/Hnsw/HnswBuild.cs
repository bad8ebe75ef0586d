using Tidepool.Index.Binary;

namespace Tidepool.Index.Hnsw;

/// <summary>A graph as bytes to be stored.</summary>
/// <param name="GraphParts">The graph's section, part after part.</param>
/// <param name="CodeParts">The codes' section; empty where the rows themselves are compared.</param>
internal sealed record HnswBuild(ReadOnlyMemory<byte>[] GraphParts, ReadOnlyMemory<byte>[] CodeParts) : IDisposable
{
    /// <summary>What the parts lie in outside the heap.</summary>
    internal required NativeArrays Memory { get; init; }

    public void Dispose() => Memory.Dispose();
}
