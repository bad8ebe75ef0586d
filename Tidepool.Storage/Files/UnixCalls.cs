using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tidepool.Storage.Files;

/// <summary>The system calls that the base library has no name for: links, folders as handles, locks.</summary>
/// <remarks>All return -1 and set the error number on failure. None is variadic as it is called here, so the same
/// declarations serve every processor.</remarks>
[UnsupportedOSPlatform("windows")]
internal static class UnixCalls
{
    internal const int FileNotFound = 2; // ENOENT
    internal const int Interrupted = 4; // EINTR
    internal const int FileExists = 17; // EEXIST

    internal const int LockExclusive = 2; // LOCK_EX
    internal const int LockWithoutWaiting = 4; // LOCK_NB
    internal const int Unlock = 8; // LOCK_UN

    private const string Library = "libc";

    /// <summary>EWOULDBLOCK.</summary>
    internal static int WouldBlock { get; } = OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? 11 : 35;

    /// <summary>AT_FDCWD: an absolute path follows.</summary>
    internal static int NoFolder { get; } = OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? -100 : -2;

    /// <summary>O_RDONLY | O_CLOEXEC.</summary>
    internal static int ReadOnlyCloseOnExec { get; } =
        OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? 0x80000
        : OperatingSystem.IsFreeBSD() ? 0x100000
        : 0x1000000;

    [DllImport(Library, EntryPoint = "open", SetLastError = true)]
    internal static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport(Library, EntryPoint = "openat", SetLastError = true)]
    internal static extern int OpenAt(
        SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);

    [DllImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    internal static extern int MakeFolderAt(
        SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint mode);

    [DllImport(Library, EntryPoint = "linkat", SetLastError = true)]
    internal static extern int LinkAt(
        int fromFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from,
        SafeFileHandle toFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string to,
        int flags);

    [DllImport(Library, EntryPoint = "renameat", SetLastError = true)]
    internal static extern int RenameAt(
        int fromFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from,
        SafeFileHandle toFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport(Library, EntryPoint = "rmdir", SetLastError = true)]
    internal static extern int RemoveFolder([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport(Library, EntryPoint = "flock", SetLastError = true)]
    internal static extern int Lock(SafeFileHandle file, int operation);
}
