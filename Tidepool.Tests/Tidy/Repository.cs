namespace Tidepool.Tests.Tidy;

/// <summary>The source tree these tests were built from.</summary>
/// <remarks>Found by walking up to Tidepool.sln: deterministic builds rewrite the paths a compiler records.</remarks>
internal static class Repository
{
    private static readonly string[] s_textExtensions =
    [
        ".config", ".cs", ".csproj", ".editorconfig", ".gitignore", ".json", ".md", ".props", ".py", ".sh", ".sln",
        ".targets", ".txt", ".xml", ".yml",
    ];

    private static readonly string[] s_skippedFolders =
        [".git", ".idea", ".vs", "artifacts", "bin", "BenchmarkDotNet.Artifacts", "obj", "TestResults"];

    private static readonly Lazy<TextFile[]> s_files = new(ReadFiles);

    internal static string Root { get; } = FindRoot();

    internal static IReadOnlyList<TextFile> Files => s_files.Value;

    internal static IEnumerable<TextFile> Sources => Files.Where(file => file.IsSource);

    internal static TextFile? Find(string path) => Files.FirstOrDefault(file => file.Path == path);

    internal static bool Exists(string path)
    {
        string full = Path.Combine(Root, path);
        return File.Exists(full) || Directory.Exists(full);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tidepool.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Tidepool.sln above {AppContext.BaseDirectory}.");
    }

    private static TextFile[] ReadFiles()
    {
        List<string> paths = [];
        Collect(Root, paths);
        paths.Sort(StringComparer.Ordinal);
        return [.. paths.Select(path => new TextFile(
            Path.GetRelativePath(Root, path).Replace('\\', '/'),
            File.ReadAllText(path).ReplaceLineEndings("\n")))];
    }

    private static void Collect(string folder, List<string> paths)
    {
        paths.AddRange(Directory.GetFiles(folder).Where(IsText));
        foreach (string child in Directory.GetDirectories(folder))
        {
            if (!s_skippedFolders.Contains(Path.GetFileName(child)))
            {
                Collect(child, paths);
            }
        }
    }

    /// <summary>Known extensions, and the scripts of .ci and eng, which have none.</summary>
    private static bool IsText(string path)
    {
        string extension = Path.GetExtension(path);
        return extension.Length > 0
            ? s_textExtensions.Contains(extension)
            : Path.GetFileName(Path.GetDirectoryName(path)) is ".ci" or "eng";
    }
}
