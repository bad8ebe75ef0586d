using Tidepool.Tests.Tidy;

namespace Tidepool.Tests.Formats;

/// <summary>Stored objects of every format version there was, kept for ever: what was written once stays
/// readable.</summary>
internal static class GoldenFiles
{
    internal static string Folder { get; } = Path.Combine(Repository.Root, "Tidepool.Tests", "Formats", "Golden");

    internal static IEnumerable<string> List(string pattern) => Directory
        .EnumerateFiles(Folder, pattern, SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    internal static byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Folder, path));

    /// <summary>Stores a new golden file; one that exists is never written again.</summary>
    internal static bool TryAdd(string path, byte[] bytes)
    {
        string full = Path.Combine(Folder, path);
        if (File.Exists(full))
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
        return true;
    }
}
