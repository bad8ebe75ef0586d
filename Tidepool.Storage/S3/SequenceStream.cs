using System.Buffers;

namespace Tidepool.Storage.S3;

/// <summary>Lets the client library read a put's content, twice (to sign and to send), without copying it first.
/// </summary>
internal sealed class SequenceStream(ReadOnlySequence<byte> content) : Stream
{
    private long _position;
    private SequencePosition _next = content.Start;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => _position;
        set
        {
            _next = content.GetPosition(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        ReadOnlySequence<byte> rest = content.Slice(_next);
        int count = (int)Math.Min(rest.Length, buffer.Length);
        rest.Slice(0, count).CopyTo(buffer);
        _next = rest.GetPosition(count);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
