using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tidepool.Storage.Files;

/// <summary>Publishes by write-through moves, which are atomic and durable on NTFS.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFilePublisher(string root) : FilePublisher
{
    internal override void Prepare(string target) => Directory.CreateDirectory(Path.GetDirectoryName(target)!);

    internal override bool TryCreate(string temporary, string target) =>
        Move(temporary, target, WindowsCalls.WriteThrough);

    internal override void Replace(string temporary, string target) =>
        Move(temporary, target, WindowsCalls.WriteThrough | WindowsCalls.ReplaceExisting);

    // The move itself has done it.
    internal override void Flush(string target)
    {
    }

    internal override void FlushDeleted(string folder)
    {
        for (; folder.Length > root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            try
            {
                Directory.Delete(folder, recursive: false);
            }
            catch (IOException)
            {
                return; // Not empty, gone, or in use: it is tidiness only.
            }
        }
    }

    public override void Dispose()
    {
    }

    private static bool Move(string temporary, string target, uint flags)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (WindowsCalls.MoveFileEx(Extended(temporary), Extended(target), flags))
            {
                return true;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error is WindowsCalls.AlreadyExists or WindowsCalls.FileExists)
            {
                return false;
            }

            if (error is not (WindowsCalls.PathNotFound or WindowsCalls.FileNotFound) || attempt == MaxAttempts)
            {
                throw new IOException($"Cannot move to {target}: {new Win32Exception(error).Message}");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        }
    }

    /// <summary>The form of an absolute path that may be longer than 260 characters.</summary>
    private static string Extended(string path) =>
        path.StartsWith(@"\\", StringComparison.Ordinal) ? path : @"\\?\" + path;
}
