using System.IO.Enumeration;

namespace SemanticSearch.Indexing;

/// <summary>The text and Markdown files of a folder and the folders in it.</summary>
internal static class TextFolder
{
    private static readonly string[] s_markdownExtensions = [".md", ".markdown"];
    private static readonly string[] s_textExtensions = [".txt", ".text", ".rst", ".adoc"];

    // Besides hidden folders and links: what tools make.
    private static readonly string[] s_skippedFolders = ["bin", "obj", "node_modules"];

    /// <summary>The files' paths, relative to the folder, with '/', in ordinal order. What may not be read is left
    /// out.</summary>
    internal static List<string> Find(string folder)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
        };
        var files = new FileSystemEnumerable<string>(
            folder, (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && IsText(entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsSkipped(entry.FileName),
        };
        return
        [
            .. files
                .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
                .Order(StringComparer.Ordinal),
        ];
    }

    internal static bool IsMarkdown(ReadOnlySpan<char> path) => HasExtension(path, s_markdownExtensions);

    private static bool IsText(ReadOnlySpan<char> path) => IsMarkdown(path) || HasExtension(path, s_textExtensions);

    private static bool IsSkipped(ReadOnlySpan<char> name)
    {
        foreach (string skipped in s_skippedFolders)
        {
            if (name.SequenceEqual(skipped))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasExtension(ReadOnlySpan<char> path, string[] extensions)
    {
        ReadOnlySpan<char> found = Path.GetExtension(path);
        foreach (string extension in extensions)
        {
            if (found.Equals(extension, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
