using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tidepool.Index.Binary;

/// <summary>A block of memory of the C library's.</summary>
internal sealed class NativeBlock : SafeHandleZeroOrMinusOneIsInvalid
{
    internal NativeBlock(long sizeBytes)
        : base(ownsHandle: true) => SetHandle(Marshal.AllocHGlobal((nint)sizeBytes));

    protected override bool ReleaseHandle()
    {
        Marshal.FreeHGlobal(handle);
        return true;
    }
}
