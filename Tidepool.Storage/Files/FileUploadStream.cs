using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Tidepool.Storage.Files;

/// <summary>Writes an upload straight into its temporary file, in pieces of at least <see cref="BufferSizeBytes"/>.
/// </summary>
internal sealed class FileUploadStream(SafeFileHandle file, string key) : ForwardOnlyStream
{
    private const int BufferSizeBytes = 1 << 20;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSizeBytes);
    private int _buffered;
    private long _flushed;

    /// <summary>Writes what is still buffered and gives the buffer back. Nothing can be written afterwards.</summary>
    internal void Complete()
    {
        WriteBuffered();
        Abandon();
    }

    /// <summary>Gives the buffer back.</summary>
    internal void Abandon()
    {
        Dispose();
        if (_buffer is byte[] buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < BufferSizeBytes - _buffered)
        {
            bytes.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += bytes.Length;
            return;
        }

        WriteBuffered();
        if (bytes.Length >= BufferSizeBytes)
        {
            WriteThrough(bytes);
        }
        else
        {
            bytes.CopyTo(_buffer);
            _buffered = bytes.Length;
        }
    }

    private void WriteBuffered()
    {
        WriteThrough(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void WriteThrough(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(file, bytes, _flushed);
        }
        catch (Exception error) when (FileErrors.IsFileError(error))
        {
            throw FileErrors.Failed("write", key, error);
        }

        _flushed += bytes.Length;
    }
}
