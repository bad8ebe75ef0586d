using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Tidepool.Storage.Files;

/// <summary>Publishes by hard link (to a free name) or rename (over another), and flushes the folder.</summary>
/// <remarks>
/// Folders in use are kept open. A kept handle proves two things that a path cannot: the folder's own name is on the
/// disk already (its parent was flushed after it was opened), and a link made through it lands in that very folder or
/// fails with "not found", should another process have removed the folder since.
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixFilePublisher : FilePublisher
{
    private const int MaxOpenFolders = 256;
    private const uint AnyPermission = 511; // 0777, less what the process's mask takes away.

    private readonly string _root;
    private readonly OpenFolder _rootFolder;
    private readonly ConcurrentDictionary<string, OpenFolder> _folders = new();
    private readonly Lock _opening = new();

    internal UnixFilePublisher(string root)
    {
        _root = root;
        MakeRoot(root);
        _rootFolder = new OpenFolder(
            OpenPath(root) ?? throw new DirectoryNotFoundException($"There is no folder {root}."));
    }

    internal override void Prepare(string target) => Use(Split(target).Folder).Dispose();

    internal override bool TryCreate(string temporary, string target)
    {
        (string folder, string name) = Split(target);
        return Publish(folder, target, Link);

        int Link(SafeFileHandle handle) => UnixCalls.LinkAt(UnixCalls.NoFolder, temporary, handle, name, 0);
    }

    internal override void Replace(string temporary, string target)
    {
        (string folder, string name) = Split(target);
        Publish(folder, target, Rename);

        int Rename(SafeFileHandle handle) => UnixCalls.RenameAt(UnixCalls.NoFolder, temporary, handle, name);
    }

    internal override void Flush(string target)
    {
        (string folder, _) = Split(target);
        using OpenFolder open = Use(folder);
        RandomAccess.FlushToDisk(open.Handle);
    }

    internal override void FlushDeleted(string folder)
    {
        while (folder.Length > _root.Length && UnixCalls.RemoveFolder(folder) == 0)
        {
            Forget(folder);
            folder = Path.GetDirectoryName(folder)!;
        }

        // Opened by its path, and not made anew: another process may have removed it meanwhile, with those above it.
        for (; folder.Length >= _root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            using SafeFileHandle? handle = OpenPath(folder);
            if (handle is not null)
            {
                RandomAccess.FlushToDisk(handle);
                return;
            }
        }
    }

    public override void Dispose()
    {
        foreach (string folder in _folders.Keys)
        {
            Forget(folder);
        }

        _rootFolder.Dispose();
    }

    private static (string Folder, string Name) Split(string path)
    {
        int slash = path.LastIndexOf('/');
        return (path[..slash], path[(slash + 1)..]);
    }

    private bool Publish(string folder, string target, Func<SafeFileHandle, int> call)
    {
        for (int attempt = 1; ; attempt++)
        {
            int error;
            using (OpenFolder open = Use(folder))
            {
                if (call(open.Handle) == 0)
                {
                    return true;
                }

                error = Marshal.GetLastPInvokeError();
            }

            if (error == UnixCalls.FileExists)
            {
                return false;
            }

            if (error != UnixCalls.FileNotFound || attempt == MaxAttempts)
            {
                throw Failure("name", target, error);
            }

            Forget(folder); // Removed by another process since we opened it.
        }
    }

    /// <summary>Makes the store's folder, if there is none, so that it is on the disk with those above it.</summary>
    private static void MakeRoot(string root)
    {
        var missing = new List<string>();
        for (string? path = root; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            missing.Add(path);
        }

        Directory.CreateDirectory(root);
        foreach (string path in missing)
        {
            using SafeFileHandle? parent = OpenPath(Path.GetDirectoryName(path)!);
            if (parent is not null)
            {
                RandomAccess.FlushToDisk(parent);
            }
        }
    }

    /// <summary>A folder that the caller disposes after use: a kept one, or else opened, made if need be, its name
    /// flushed.</summary>
    private OpenFolder Use(string folder)
    {
        while (true)
        {
            bool isRoot = folder.Length == _root.Length;
            OpenFolder? kept = isRoot ? _rootFolder : _folders.GetValueOrDefault(folder);
            if (kept?.TryUse() == true)
            {
                return kept;
            }

            ObjectDisposedException.ThrowIf(isRoot, typeof(FileObjectStore));

            lock (_opening)
            {
                if (!_folders.ContainsKey(folder))
                {
                    Keep(folder, new OpenFolder(OpenDurably(folder)));
                }
            }
        }
    }

    private void Keep(string folder, OpenFolder opened)
    {
        if (_folders.Count >= MaxOpenFolders)
        {
            foreach (string old in _folders.Keys)
            {
                Forget(old); // Whoever is using one keeps it open until done.
            }
        }

        _folders[folder] = opened;
    }

    private void Forget(string folder)
    {
        if (_folders.TryRemove(folder, out OpenFolder? kept))
        {
            kept.Dispose();
        }
    }

    private SafeFileHandle OpenDurably(string folder)
    {
        (string parentPath, string name) = Split(folder);
        for (int attempt = 1; ; attempt++)
        {
            using (OpenFolder parent = Use(parentPath))
            {
                SafeFileHandle? handle = OpenOrMake(parent.Handle, name, folder);
                if (handle is not null)
                {
                    RandomAccess.FlushToDisk(parent.Handle);
                    return handle;
                }
            }

            if (attempt == MaxAttempts)
            {
                throw Failure("make", folder, UnixCalls.FileNotFound);
            }

            Forget(parentPath);
        }
    }

    /// <summary>Null if the folder, or its parent, was removed between two calls.</summary>
    private static SafeFileHandle? OpenOrMake(SafeFileHandle parent, string name, string path)
    {
        for (int i = 0; i < 2; i++)
        {
            int descriptor = UnixCalls.OpenAt(parent, name, UnixCalls.ReadOnlyCloseOnExec);
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error is not (UnixCalls.FileNotFound or UnixCalls.Interrupted))
            {
                throw Failure("open", path, error);
            }

            if (error == UnixCalls.FileNotFound && UnixCalls.MakeFolderAt(parent, name, AnyPermission) != 0)
            {
                error = Marshal.GetLastPInvokeError();
                if (error == UnixCalls.FileNotFound)
                {
                    return null;
                }

                if (error != UnixCalls.FileExists)
                {
                    throw Failure("make", path, error);
                }
            }
        }

        return null;
    }

    private static SafeFileHandle? OpenPath(string path)
    {
        int descriptor = UnixCalls.Open(path, UnixCalls.ReadOnlyCloseOnExec);
        if (descriptor >= 0)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        int error = Marshal.GetLastPInvokeError();
        return error == UnixCalls.FileNotFound ? null : throw Failure("open", path, error);
    }

    private static IOException Failure(string what, string path, int error) =>
        new($"Cannot {what} {path}: {Marshal.GetPInvokeErrorMessage(error)}.", error);
}
