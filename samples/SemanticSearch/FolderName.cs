using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace SemanticSearch;

/// <summary>Which folder is meant, and what its namespace is called.</summary>
internal static partial class FolderName
{
    private const int LongestName = 60;

    /// <summary>The full path of the folder to index; that of this repository's docs when none was named.</summary>
    /// <exception cref="UsageException">There is no such folder.</exception>
    internal static string Resolve(string? folder)
    {
        if (folder is null)
        {
            return FindDocs() ?? throw new UsageException("Name a folder to search.");
        }

        if (string.IsNullOrWhiteSpace(folder))
        {
            throw new UsageException("The folder's name is empty.");
        }

        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Directory.Exists(path) ? path
            : File.Exists(path) ? throw new UsageException($"{folder} is a file; name the folder that holds it.")
            : throw new UsageException($"There is no folder {folder}.");
    }

    /// <summary>A namespace of the folder's own in every store, and another one for each embedding model, for vectors
    /// of different models do not compare.</summary>
    internal static string ToNamespace(string folder, string model)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(folder));
        return $"{Clean(Path.GetFileName(folder))}-{Convert.ToHexStringLower(hash, 0, 4)}.{Clean(model)}";
    }

    private static string Clean(string name)
    {
        string clean = OddCharacters().Replace(name, "-").Trim('-');
        return clean.Length == 0 ? "folder" : clean[..Math.Min(clean.Length, LongestName)];
    }

    private static string? FindDocs()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Tidepool.sln")))
            {
                return Path.Combine(at.FullName, "docs");
            }
        }

        return null;
    }

    [GeneratedRegex("[^A-Za-z0-9_-]+")]
    private static partial Regex OddCharacters();
}
