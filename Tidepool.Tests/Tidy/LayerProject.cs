namespace Tidepool.Tests.Tidy;

/// <summary>A shipped project's folders as rows, lowest first: a folder uses lower rows only, never its own.</summary>
/// <param name="Name">The project and its folder.</param>
/// <param name="RootNamespace">The namespace of its root folder.</param>
/// <param name="Rows">Every folder with source in it, in exactly one row.</param>
internal sealed record LayerProject(string Name, string RootNamespace, string[][] Rows)
{
    /// <summary>The row of a folder, or -1 when it has none.</summary>
    internal int RowOf(string folder) => Array.FindIndex(Rows, row => row.Contains(folder));

    internal string NamespaceOf(string folder) =>
        folder.Length == 0 ? RootNamespace : $"{RootNamespace}.{folder.Replace('/', '.')}";
}
