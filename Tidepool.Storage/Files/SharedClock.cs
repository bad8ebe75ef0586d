using System.Diagnostics.CodeAnalysis;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;

namespace Tidepool.Storage.Files;

/// <summary>A clock that never goes back, shared by all processes that map one small file.</summary>
/// <remarks>
/// <para>The file holds two numbers, in units of 100 ns: the latest time that any process was given, and how far the
/// clock is ahead of the machine's. Every reading raises the first, so that no process ever sees a time before one
/// that was seen elsewhere. A machine's clock that is set back by more than <see cref="Tolerance"/> raises the second,
/// so that this clock goes on at its old pace rather than standing still until the other has caught up.</para>
/// <para>Any number of threads and processes; a reading takes tens of nanoseconds. The file is never flushed: after a
/// loss of power it may be a little behind, when no process is left that could notice. The numbers are in the
/// machine's byte order, for they never leave the machine.</para>
/// </remarks>
internal sealed class SharedClock : IDisposable
{
    private const int LatestOffset = 0;
    private const int LeadOffset = sizeof(long);
    private const int PaddingOffset = 2 * sizeof(long);
    private const int FileSizeBytes = 4096; // One page, so that it is one block too.

    private readonly TimeProvider _wall;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly nint _address;

    internal SharedClock(string path, TimeProvider wall)
    {
        _wall = wall;
        var stream = new FileStream(
            path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            if (stream.Length < FileSizeBytes)
            {
                // Takes the block on the disk: a full disk is an exception now, and would kill the process later.
                // Two processes may do it at once, and one be running already: the numbers are not touched.
                RandomAccess.Write(stream.SafeFileHandle, new byte[FileSizeBytes - PaddingOffset], PaddingOffset);
            }

            _file = MemoryMappedFile.CreateFromFile(
                stream,
                mapName: null,
                FileSizeBytes,
                MemoryMappedFileAccess.ReadWrite,
                HandleInheritability.None,
                leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        _view = _file.CreateViewAccessor(0, FileSizeBytes, MemoryMappedFileAccess.ReadWrite);
        _address = _view.SafeMemoryMappedViewHandle.DangerousGetHandle();
    }

    /// <summary>How far the time of a store's answer may be from the moment that it speaks of. A process that stands
    /// still for longer in between must not use the time.</summary>
    internal static TimeSpan MaxTimeError { get; } = TimeSpan.FromSeconds(1);

    /// <summary>How far the machine's clock may be behind without being taken for set back: readings of one moment on
    /// two processors differ by less.</summary>
    internal static TimeSpan Tolerance { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The time now; not before any time that any process was given.</summary>
    internal DateTimeOffset Now() => new(Advance(step: 0), TimeSpan.Zero);

    /// <summary>The time now; after every time that any process was given, and given to nobody else by this
    /// method.</summary>
    internal DateTimeOffset NextUnique() => new(Advance(step: 1), TimeSpan.Zero);

    /// <summary>Unmaps the file, once the last reading that is under way has ended.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private long Advance(long step)
    {
        bool isHeld = false;
        _view.SafeMemoryMappedViewHandle.DangerousAddRef(ref isHeld); // Throws once the clock is disposed.
        try
        {
            return AdvanceMapped(step);
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.DangerousRelease();
        }
    }

    private long AdvanceMapped(long step)
    {
        ref long latest = ref At(LatestOffset);
        ref long lead = ref At(LeadOffset);
        while (true)
        {
            long seenLatest = Volatile.Read(ref latest);
            long seenLead = Volatile.Read(ref lead);
            long now = _wall.GetUtcNow().UtcTicks + seenLead;
            if (seenLatest - now > Tolerance.Ticks)
            {
                // Set back (a new file, all zeros, cannot come here). Whoever raises the lead first does it for all.
                Interlocked.CompareExchange(ref lead, seenLead + (seenLatest - now), seenLead);
                continue;
            }

            long next = Math.Max(now, seenLatest + step);
            if (next == seenLatest || Interlocked.CompareExchange(ref latest, next, seenLatest) == seenLatest)
            {
                return next;
            }
        }
    }

    // The base library has no way to a reference into a mapping but a pointer, and pointers need unsafe code for the
    // whole project. An interlocked exchange needs a reference: two processes that only read and wrote could set the
    // clock back. In bounds: both offsets are inside the mapped file and aligned, and every reading holds the view.
    [SuppressMessage("ApiDesign", "RS0030", Justification = "The one reference into mapped memory; see above.")]
    private ref long At(int offset) => ref Unsafe.AddByteOffset(ref Unsafe.NullRef<long>(), _address + offset);
}
