using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tidepool.Index.Binary;

namespace Tidepool.Segments;

/// <summary>A local file mapped into memory, to be read in place.</summary>
/// <remarks>
/// <para>The file must not shrink while it is mapped; objects and cached copies of them never change.</para>
/// <para><see cref="Close"/> unmaps at once: whoever holds a span then holds a wild one. Owners count
/// their users (<see cref="SegmentHandle"/>) and close after the last; later calls throw
/// <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
internal sealed class MappedFile : MemoryManager<byte>, IByteSource
{
    private readonly MemoryMappedViewAccessor? _view;
    private readonly int _length;
    private volatile bool _isDisposed;

    private MappedFile(MemoryMappedViewAccessor? view, int length)
    {
        _view = view;
        _length = length;
    }

    public long Length => _length;

    /// <summary>Maps a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is not even its folder.</exception>
    /// <exception cref="SegmentFormatException">It is larger than a span can be.</exception>
    internal static MappedFile Open(string path)
    {
        using SafeFileHandle file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(file);
        if (length > int.MaxValue)
        {
            throw new SegmentFormatException($"the file has {length} bytes; the most that is mapped is 2 GiB", 0);
        }

        if (length == 0)
        {
            return new MappedFile(null, 0);
        }

        // The view keeps the mapping alive; neither the file nor the mapping object needs to stay open.
        using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(
            file, mapName: null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return new MappedFile(map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), (int)length);
    }

    /// <summary>The bytes; only for reading, the map is write-protected.</summary>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_view is null)
        {
            return default;
        }

        // The only way from an address to a span that needs no unsafe block. In bounds: the view was made over exactly
        // _length bytes from the start of the file, so its address is that of the first.
        nint address = _view.SafeMemoryMappedViewHandle.DangerousGetHandle();
#pragma warning disable RS0030
        ref byte start = ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), address);
#pragma warning restore RS0030
        return MemoryMarshal.CreateSpan(ref start, _length);
    }

    public ReadOnlyMemory<byte> Read(long offset, int length) => Memory.Slice(checked((int)offset), length);

    /// <summary>Not available: nothing hands mapped memory to native code.</summary>
    public override MemoryHandle Pin(int elementIndex = 0) =>
        throw new NotSupportedException("A mapped file is read through spans only.");

    public override void Unpin()
    {
        // Nothing was pinned.
    }

    /// <summary>Unmaps the file.</summary>
    internal void Close() => ((IDisposable)this).Dispose();

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _view?.Dispose();
    }
}
