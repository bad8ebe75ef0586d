using System.Text.RegularExpressions;

namespace Tidepool.Tests.Tidy;

/// <summary>Finds which layers a source file mentions: by using, by full name, or by a bare
/// <c>Wal.WalReader</c>.</summary>
/// <param name="files">All source files: a bare mention counts only if it names a type, hence a file, of the
/// folder.</param>
internal sealed partial class LayerScan(IEnumerable<TextFile> files)
{
    private readonly HashSet<(Layer, string)> _types =
        [.. files.Where(file => LayerOf(file) is not null).Select(file => (LayerOf(file)!.Value, file.Stem))];

    /// <summary>The layer a file belongs to, or null for what is not shipped.</summary>
    internal static Layer? LayerOf(TextFile file)
    {
        foreach (LayerProject project in LayerRules.Projects)
        {
            if (file.IsSource && file.Path.StartsWith(project.Name + "/", StringComparison.Ordinal))
            {
                string inside = file.Path[(project.Name.Length + 1)..];
                string folder = inside.Contains('/') ? inside[..inside.LastIndexOf('/')] : "";
                bool isFacade = project.Name == "Tidepool.Core"
                    && folder.Length == 0
                    && LayerRules.FacadeTypes.Contains(file.Stem);
                return new Layer(project.Name, isFacade ? LayerRules.Facade : folder);
            }
        }

        return null;
    }

    internal IEnumerable<LayerReference> Scan(TextFile file)
    {
        if (LayerOf(file) is not { } from)
        {
            yield break;
        }

        foreach (Match match in DottedName().Matches(file.Code))
        {
            string name = match.Groups["name"].Value;
            bool isImport = match.Groups["using"].Success;
            if (Resolve(from, name, isImport) is { } to && to != from)
            {
                yield return new LayerReference(from, to, file, match.Groups["name"].Index, name);
            }
        }

        foreach (Match match in FacadeName().Matches(file.Code))
        {
            yield return new LayerReference(
                from, new Layer("Tidepool.Core", LayerRules.Facade), file, match.Index, match.Value);
        }
    }

    /// <summary>The layer that a dotted name reaches into from some layer, or null.</summary>
    private Layer? Resolve(Layer from, string name, bool isImport)
    {
        // The compiler looks for the first word in each enclosing namespace, innermost first.
        string scope = LayerRules.Projects.First(project => project.Name == from.Project)
            .NamespaceOf(from.Folder == LayerRules.Facade ? "" : from.Folder);
        for (string prefix = isImport ? "" : scope + "."; ; prefix = Outer(prefix))
        {
            if (Find(prefix + name, isImport) is { } layer)
            {
                return layer;
            }

            if (prefix.Length == 0)
            {
                return null;
            }
        }
    }

    private static string Outer(string prefix)
    {
        int dot = prefix.LastIndexOf('.', prefix.Length - 2);
        return dot < 0 ? "" : prefix[..(dot + 1)];
    }

    /// <summary>The layer whose namespace a full name starts with, if a type of it follows (or nothing, in a
    /// using).</summary>
    private Layer? Find(string fullName, bool isImport)
    {
        foreach (LayerProject project in LayerRules.Projects)
        {
            foreach (string folder in project.Rows.SelectMany(row => row))
            {
                string space = project.NamespaceOf(folder);
                Layer layer = new(project.Name, folder);
                bool isWhole = isImport && fullName == space;
                bool isType = fullName.StartsWith(space + ".", StringComparison.Ordinal)
                    && _types.Contains((layer, fullName[(space.Length + 1)..].Split('.')[0]));
                if (isWhole || isType)
                {
                    return layer;
                }
            }
        }

        return null;
    }

    [GeneratedRegex(@"(?<![\w.])(?<using>using\s+(?:static\s+)?(?:\w+\s*=\s*)?)?(?:global::)?"
        + @"(?<name>[A-Z]\w*(?:\.[A-Z]\w*)*)")]
    private static partial Regex DottedName();

    /// <remarks>An exception may bear the name of what its reader knows: <c>typeof(TidepoolDatabase)</c>.</remarks>
    [GeneratedRegex(@"(?<!\b(?:name|type)of\()\bTidepool(?:Database|Namespace)\b")]
    private static partial Regex FacadeName();
}
