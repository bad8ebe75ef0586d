using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tidepool.Tests.Support;

/// <summary>Floats between two inaccessible pages: a read one byte outside kills the test run, not passes.</summary>
/// <remarks>A buffer can end exactly where the upper page begins, or begin exactly where the lower one ends.</remarks>
public sealed class GuardedMemory : IDisposable
{
    private readonly nint _start;
    private readonly nuint _pageSize = (nuint)Environment.SystemPageSize;
    private readonly nuint _usableBytes;

    public GuardedMemory(int floatCapacity)
    {
        nuint bytes = (nuint)floatCapacity * sizeof(float);
        _usableBytes = (bytes + _pageSize - 1) / _pageSize * _pageSize;
        nuint total = _usableBytes + (2 * _pageSize);
        _start = OperatingSystem.IsWindows() ? ReserveWindows(total) : ReserveUnix(total);
        Deny(_start);
        Deny(_start + (nint)(_pageSize + _usableBytes));
    }

    /// <summary>The last <paramref name="count"/> floats before the upper inaccessible page.</summary>
    public Span<float> AtEnd(int count) => Slice(_usableBytes - ((nuint)count * sizeof(float)), count);

    /// <summary>The first <paramref name="count"/> floats after the lower inaccessible page.</summary>
    public Span<float> AtStart(int count) => Slice(0, count);

    public void Dispose()
    {
        bool released = OperatingSystem.IsWindows()
            ? VirtualFree(_start, 0, MemRelease)
            : munmap(_start, _usableBytes + (2 * _pageSize)) == 0;
        if (!released)
        {
            throw new Win32Exception();
        }
    }

    private Span<float> Slice(nuint offsetBytes, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((nuint)count * sizeof(float), _usableBytes);
        nint address = _start + (nint)(_pageSize + offsetBytes);
        return MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<float>(), address), count);
    }

    private void Deny(nint page)
    {
        bool denied = OperatingSystem.IsWindows()
            ? VirtualProtect(page, _pageSize, PageNoAccess, out _)
            : mprotect(page, _pageSize, ProtNone) == 0;
        if (!denied)
        {
            throw new Win32Exception();
        }
    }

    private static nint ReserveUnix(nuint bytes)
    {
        int anonymous = OperatingSystem.IsLinux() ? 0x20 : 0x1000;
        nint start = mmap(0, bytes, ProtReadWrite, MapPrivate | anonymous, -1, 0);
        return start != -1 ? start : throw new Win32Exception();
    }

    private static nint ReserveWindows(nuint bytes)
    {
        nint start = VirtualAlloc(0, bytes, MemReserveCommit, PageReadWrite);
        return start != 0 ? start : throw new Win32Exception();
    }

    private const int ProtNone = 0;
    private const int ProtReadWrite = 3;
    private const int MapPrivate = 2;
    private const uint MemReserveCommit = 0x3000;
    private const uint MemRelease = 0x8000;
    private const uint PageNoAccess = 1;
    private const uint PageReadWrite = 4;

    [DllImport("libc", SetLastError = true)]
    private static extern nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", SetLastError = true)]
    private static extern int mprotect(nint address, nuint length, int protection);

    [DllImport("libc", SetLastError = true)]
    private static extern int munmap(nint address, nuint length);

    [DllImport("kernel32", SetLastError = true)]
    private static extern nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

    [DllImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool VirtualProtect(nint address, nuint size, uint protection, out uint previous);

    [DllImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool VirtualFree(nint address, nuint size, uint type);
}
