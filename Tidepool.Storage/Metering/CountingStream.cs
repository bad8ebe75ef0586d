namespace Tidepool.Storage.Metering;

/// <summary>Passes an upload's bytes on; its base counts them.</summary>
internal sealed class CountingStream(Stream inner) : ForwardOnlyStream
{
    protected override void Append(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    protected override ValueTask AppendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, cancellationToken);
}
