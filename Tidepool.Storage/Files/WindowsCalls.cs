using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tidepool.Storage.Files;

/// <summary>The system call that the base library has no name for: a move that returns when it is on the
/// disk.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsCalls
{
    internal const int FileNotFound = 2; // ERROR_FILE_NOT_FOUND
    internal const int PathNotFound = 3; // ERROR_PATH_NOT_FOUND
    internal const int FileExists = 80; // ERROR_FILE_EXISTS
    internal const int AlreadyExists = 183; // ERROR_ALREADY_EXISTS

    internal const uint ReplaceExisting = 1; // MOVEFILE_REPLACE_EXISTING
    internal const uint WriteThrough = 8; // MOVEFILE_WRITE_THROUGH

    /// <summary>Moves a file within its volume, atomically; without <see cref="ReplaceExisting"/>, only to a free
    /// name.</summary>
    [DllImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, CharSet = CharSet.Unicode)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static extern bool MoveFileEx(string from, string to, uint flags);
}
