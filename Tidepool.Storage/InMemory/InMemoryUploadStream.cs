namespace Tidepool.Storage.InMemory;

/// <summary>Collects what an upload writes.</summary>
internal sealed class InMemoryUploadStream : ForwardOnlyStream
{
    private readonly MemoryStream _written = new();

    /// <summary>Everything written, in an array of its own size.</summary>
    internal ReadOnlyMemory<byte> ToMemory() => _written.ToArray();

    protected override void Append(ReadOnlySpan<byte> buffer) => _written.Write(buffer);
}
