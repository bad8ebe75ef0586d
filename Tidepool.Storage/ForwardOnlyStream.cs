namespace Tidepool.Storage;

/// <summary>A stream that can only be written to, from its start to its end: what an upload hands to its
/// caller.</summary>
/// <remarks>One writer at a time. A caller may dispose it when it has written all (a <see cref="StreamWriter"/> does):
/// that only refuses further writes; what an upload holds is released by the upload itself.</remarks>
internal abstract class ForwardOnlyStream : Stream
{
    private bool _isClosed;

    /// <summary>Number of bytes written so far.</summary>
    internal long BytesWritten { get; private set; }

    public sealed override bool CanRead => false;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => !_isClosed;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => BytesWritten;
        set => throw new NotSupportedException();
    }

    public sealed override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        Append(buffer);
        BytesWritten += buffer.Length;
    }

    public sealed override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        await AppendAsync(buffer, cancellationToken).ConfigureAwait(false);
        BytesWritten += buffer.Length;
    }

    public sealed override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public sealed override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public sealed override void WriteByte(byte value) => Write([value]);

    // The upload decides when its bytes are stored; a flush asks for nothing.
    public sealed override void Flush()
    {
    }

    public sealed override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    protected sealed override void Dispose(bool disposing)
    {
        _isClosed = true;
        base.Dispose(disposing);
    }

    /// <summary>Takes the next bytes on the caller's thread.</summary>
    protected abstract void Append(ReadOnlySpan<byte> buffer);

    /// <summary>Takes the next bytes.</summary>
    protected virtual ValueTask AppendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Append(buffer.Span);
        return ValueTask.CompletedTask;
    }
}
