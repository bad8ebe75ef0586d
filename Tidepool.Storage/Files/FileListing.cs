using System.IO.Enumeration;

namespace Tidepool.Storage.Files;

/// <summary>Walks the folders of a store in the byte order of its keys, until a page is full.</summary>
/// <remarks>Looks only into folders that may hold a key of the page: a prefix that names a folder costs that folder
/// alone. A folder is read whole and sorted; only files that go into the page are asked for their size and time.
/// </remarks>
internal sealed class FileListing(string prefix, string? startAfter, int maxKeys)
{
    // How many entries of one folder are gathered, at least, before those that cannot be in the page are dropped.
    private const int MinTrimSize = 8192;

    private static readonly EnumerationOptions s_everything =
        new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

    private readonly List<ObjectInfo> _found = [];

    /// <summary>How many folders were read.</summary>
    internal int FoldersRead { get; private set; }

    /// <summary>The objects of the page, and whether more follow.</summary>
    internal (IReadOnlyList<ObjectInfo> Objects, bool IsTruncated) Run(FileNames names)
    {
        string start = prefix[..(prefix.LastIndexOf('/') + 1)];
        bool isFull = names.FolderOf(start) is string folder && Walk(names, folder, start);
        if (isFull)
        {
            _found.RemoveAt(maxKeys); // It was there only to show that there is more.
        }

        return (_found, isFull);
    }

    /// <summary>True when the page and one more object are found.</summary>
    private bool Walk(FileNames names, string path, string folderKey)
    {
        foreach (Entry entry in ReadFolder(path, folderKey))
        {
            string entryPath = Path.Join(path, entry.Name);
            if (entry.IsFolder)
            {
                if (Walk(names, entryPath, entry.Key))
                {
                    return true;
                }
            }
            else if (names.IsPathOf(entryPath, entry.Key) && new FileInfo(entryPath) is { Exists: true } file)
            {
                _found.Add(new ObjectInfo(
                    entry.Key, file.Length, FileTag.Of(file.LastWriteTimeUtc, file.Length), file.LastWriteTimeUtc));
                if (_found.Count > maxKeys)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private List<Entry> ReadFolder(string path, string folderKey)
    {
        FoldersRead++;
        var entries = new List<Entry>();
        int trimSize = MinTrimSize;
        try
        {
            foreach (Entry? entry in new FileSystemEnumerable<Entry?>(path, Read, s_everything))
            {
                if (entry is Entry wanted)
                {
                    entries.Add(wanted);
                    if (entries.Count == trimSize)
                    {
                        SortAndTrim(entries);
                        trimSize = Math.Max(MinTrimSize, 2 * entries.Count); // Folders are never dropped.
                    }
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            return []; // No such folder, or it fell empty and was removed meanwhile.
        }

        SortAndTrim(entries);
        return entries;

        Entry? Read(ref FileSystemEntry entry)
        {
            ReadOnlySpan<char> name = entry.FileName;
            if (folderKey.Length == 0 && name is FileNames.PrivateFolder)
            {
                return null;
            }

            bool isFolder = entry.IsDirectory;
            string? key = isFolder ? FileNames.FolderKey(folderKey, name) : FileNames.FileKey(folderKey, name);
            return key is not null && (isFolder ? MayHold(key) : Wants(key))
                ? new Entry(key, isFolder, name.ToString())
                : null;
        }
    }

    /// <summary>Sorts what a folder holds, and drops what comes after as many files as are still wanted.</summary>
    private void SortAndTrim(List<Entry> entries)
    {
        entries.Sort(static (x, y) => ObjectKey.Compare(x.Key, y.Key));
        int wanted = maxKeys + 1 - _found.Count;
        for (int i = 0; i < entries.Count; i++)
        {
            if (!entries[i].IsFolder && --wanted == 0) // A folder may turn out to hold nothing.
            {
                entries.RemoveRange(i + 1, entries.Count - i - 1);
            }
        }
    }

    private bool Wants(string key) =>
        key.StartsWith(prefix, StringComparison.Ordinal) &&
        (startAfter is null || ObjectKey.Compare(key, startAfter) > 0);

    /// <summary>Whether a key that begins with the folder's may be wanted.</summary>
    private bool MayHold(string folderKey) =>
        (folderKey.StartsWith(prefix, StringComparison.Ordinal) ||
            prefix.StartsWith(folderKey, StringComparison.Ordinal)) &&
        (startAfter is null ||
            startAfter.StartsWith(folderKey, StringComparison.Ordinal) ||
            ObjectKey.Compare(folderKey, startAfter) > 0);

    /// <summary>What a folder holds; the key of a folder is what all keys in it begin with.</summary>
    private readonly record struct Entry(string Key, bool IsFolder, string Name);
}
