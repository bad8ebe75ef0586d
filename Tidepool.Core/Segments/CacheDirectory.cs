using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Tidepool.Index.Segments;

namespace Tidepool.Segments;

/// <summary>The folder of a segment cache: names, sizes and ages of its files. The file system is the only
/// index.</summary>
/// <remarks>
/// Several processes may work in it at once. A file appears whole, under its final name, or not at all; its time of
/// last write says when somebody last opened it. A temporary file is held open by whoever fills it, so that another
/// process can tell it from one left by a crash.
/// </remarks>
internal sealed class CacheDirectory
{
    private const string Extension = ".tpvs";
    private const string TemporaryExtension = ".tmp";

    private readonly string _path;
    private readonly TimeProvider _time;

    internal CacheDirectory(string path, TimeProvider time)
    {
        _path = path;
        _time = time;
        Directory.CreateDirectory(path);
        DeleteLeftovers();
    }

    internal static string GetFileName(SegmentIdentity identity) =>
        GetPrefix(identity.NamespaceId) + identity.SegmentId.ToString("N", CultureInfo.InvariantCulture) + Extension;

    internal string GetPath(string fileName) => Path.Combine(_path, fileName);

    /// <summary>Creates the temporary file that is to become a file of the cache.</summary>
    /// <param name="fileName">What it is to become.</param>
    /// <param name="preallocate">How many bytes of the disk to take for it at once.</param>
    /// <param name="path">Where it is.</param>
    internal SafeFileHandle CreateTemporary(string fileName, long preallocate, out string path)
    {
        Directory.CreateDirectory(_path); // It may have been deleted since.
        path = GetPath($"{fileName}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}{TemporaryExtension}");

        // Shared for deletion only: it can be renamed while open, and cannot be opened exclusively (DeleteLeftovers).
        return File.OpenHandle(
            path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete,
            FileOptions.Asynchronous,
            preallocationSize: preallocate);
    }

    /// <summary>Gives a temporary file its final name. Failure costs no more than the next fetch.</summary>
    internal void Publish(string temporaryPath, string fileName)
    {
        try
        {
            File.Move(temporaryPath, GetPath(fileName), overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process holds the name and the system does not let go of it: that file is as good as this one.
            TryDelete(temporaryPath);
        }
    }

    /// <summary>Notes that a file was used now.</summary>
    internal void Touch(string fileName)
    {
        try
        {
            File.SetLastWriteTimeUtc(GetPath(fileName), _time.GetUtcNow().UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Evicted by another process in this moment; what is mapped stays readable.
        }
    }

    internal void Delete(string fileName) => TryDelete(GetPath(fileName));

    /// <summary>Size of the copies of a namespace's segments, whoever put them there.</summary>
    internal long GetSizeBytes(Guid namespaceId) => List(GetPrefix(namespaceId)).Sum(file => file.Length);

    /// <summary>Deletes the files of a namespace's segments that are not among the given ones.</summary>
    internal void KeepOnly(Guid namespaceId, IReadOnlySet<Guid> segmentIds)
    {
        HashSet<string> kept = [.. segmentIds.Select(id => GetFileName(new SegmentIdentity(namespaceId, id, "")))];
        foreach (FileInfo file in List(GetPrefix(namespaceId)))
        {
            if (!kept.Contains(file.Name))
            {
                TryDelete(file.FullName);
            }
        }
    }

    /// <summary>Deletes files, the longest unused first, until so many bytes are left at most.</summary>
    internal void ShrinkTo(long sizeBytes, Func<string, bool> isInUse)
    {
        List<FileInfo> files = [.. List(prefix: "").OrderBy(file => file.LastWriteTimeUtc)];
        long total = files.Sum(file => file.Length);
        foreach (FileInfo file in files)
        {
            if (total <= sizeBytes)
            {
                break;
            }

            if (!isInUse(file.Name) && TryDelete(file.FullName))
            {
                total -= file.Length;
            }
        }
    }

    private static string GetPrefix(Guid namespaceId) =>
        namespaceId.ToString("N", CultureInfo.InvariantCulture) + "-";

    /// <summary>The files of the cache; one that goes away meanwhile may be missing.</summary>
    private List<FileInfo> List(string prefix)
    {
        DirectoryInfo directory = new(_path);
        return directory.Exists
            ? [.. directory.EnumerateFiles($"{prefix}*{Extension}").Where(file => file.Exists)]
            : [];
    }

    /// <summary>Deletes temporary files that nobody is filling.</summary>
    private void DeleteLeftovers()
    {
        foreach (string path in Directory.EnumerateFiles(_path, "*" + TemporaryExtension))
        {
            try
            {
                using (File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                }

                File.Delete(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Somebody is filling it, or has just published it.
            }
        }
    }

    internal static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // In use by another process on a system that forbids it. The next eviction tries again.
            return false;
        }
    }
}
