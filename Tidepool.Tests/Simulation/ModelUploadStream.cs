using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>Gathers what is uploaded.</summary>
internal sealed class ModelUploadStream : ForwardOnlyStream
{
    private readonly MemoryStream _written = new();

    internal byte[] ToArray() => _written.ToArray();

    protected override void Append(ReadOnlySpan<byte> buffer) => _written.Write(buffer);
}
