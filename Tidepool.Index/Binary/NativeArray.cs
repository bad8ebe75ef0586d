using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Binary;

/// <summary>Values outside the collector's heap, for large memory with an end that is known: the system gets it back
/// then, and not when the collector comes to it.</summary>
/// <remarks>
/// <para>Begins at a cache line. What it holds at first is undefined.</para>
/// <para>Disposing frees the memory at once: whoever holds a span then holds a wild one. Later calls throw
/// <see cref="ObjectDisposedException"/>. What is never disposed is freed after the collector has found it, so an owner
/// must be reachable for as long as its spans are used.</para>
/// </remarks>
internal sealed class NativeArray<T> : MemoryManager<T>
    where T : unmanaged
{
    // Allocators of C libraries keep what is freed to them, if it is not larger: glibc does, up to 32 MiB.
    private const long LargestKeptBytes = 32L << 20;

    // A map takes whole pages and several calls to the system.
    private const long SmallestMapBytes = 1L << 20;

    private const int AlignmentBytes = 64;

    // A map, or a block; either has a finalizer of its own.
    private readonly IDisposable _memory;
    private nint _start;

    /// <param name="length">How many values.</param>
    internal NativeArray(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        long sizeBytes = (long)length * Unsafe.SizeOf<T>();
        if (sizeBytes is >= SmallestMapBytes and <= LargestKeptBytes)
        {
            using var file = MemoryMappedFile.CreateNew(mapName: null, sizeBytes);
            MemoryMappedViewAccessor map = file.CreateViewAccessor(0, sizeBytes);
            _memory = map;
            _start = map.SafeMemoryMappedViewHandle.DangerousGetHandle();
        }
        else
        {
            var block = new NativeBlock(sizeBytes + AlignmentBytes);
            _memory = block;
            _start = (block.DangerousGetHandle() + AlignmentBytes - 1) & -AlignmentBytes;
        }
    }

    internal int Length { get; }

    /// <summary>The values.</summary>
    public override Span<T> GetSpan()
    {
        nint start = _start;
        ObjectDisposedException.ThrowIf(start == 0, this);

        // In bounds: map and block were made for so many values behind this address.
        return MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<T>(), start), Length);
    }

    /// <summary>Not available: nothing hands this memory to native code.</summary>
    public override MemoryHandle Pin(int elementIndex = 0) =>
        throw new NotSupportedException("An array outside the heap is used through spans only.");

    public override void Unpin()
    {
        // Nothing was pinned.
    }

    /// <summary>Frees the memory.</summary>
    internal void Free() => ((IDisposable)this).Dispose();

    protected override void Dispose(bool disposing)
    {
        _start = 0;
        _memory.Dispose();
    }
}
