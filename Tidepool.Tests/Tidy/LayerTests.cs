using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Tidepool.Tests.Tidy;

/// <summary>Holds every file to the layer table: imports go downwards only.</summary>
internal sealed partial class LayerTests
{
    private static readonly string[] s_leafProjects =
        ["Tidepool.Index/Tidepool.Index.csproj", "Tidepool.Storage/Tidepool.Storage.csproj"];

    [Test]
    public void Folders_AllHaveARow()
    {
        IEnumerable<string> missing = Repository.Sources
            .Where(file => LayerScan.LayerOf(file) is { } layer && Project(layer).RowOf(layer.Folder) < 0)
            .Select(file => $"{file.Path}: its folder has no row in LayerRules");

        Assert.That(string.Join('\n', missing), Is.Empty);
    }

    [Test]
    public void Rows_NameFoldersThatExist()
    {
        IEnumerable<string> stale =
            from project in LayerRules.Projects
            from folder in project.Rows.SelectMany(row => row)
            where folder != LayerRules.Facade && !Repository.Exists($"{project.Name}/{folder}")
            select $"{project.Name}/{folder}: has a row in LayerRules, yet is no folder";

        Assert.That(string.Join('\n', stale), Is.Empty);
    }

    [Test]
    public void Files_ImportDownwardsOnly()
    {
        LayerScan scan = new(Repository.Sources);

        IEnumerable<Finding> findings = Repository.Sources.SelectMany(scan.Scan).SelectMany(Judge);

        Assert.That(string.Join('\n', findings), Is.Empty);
    }

    [Test]
    public void Files_AvoidTheWordsDeniedToThem()
    {
        IEnumerable<Finding> findings =
            from denial in LayerRules.Words
            from file in Repository.Sources
            where Regex.IsMatch(file.Path, "^" + denial.Paths)
            from Match match in Regex.Matches(file.Code, denial.Pattern)
            select file.At(match.Index, match.Value, denial.Reason);

        Assert.That(string.Join('\n', findings), Is.Empty);
    }

    [Test]
    public void Files_HaveNoGlobalImportsOfOurs()
    {
        IEnumerable<Finding> findings =
            from file in Repository.Files
            where LayerRules.Projects.Any(project => file.Path.StartsWith(project.Name + "/", StringComparison.Ordinal))
            from Match match in GlobalImport().Matches(file.IsSource ? file.Code : file.Text)
            select file.At(match.Index, match.Value, "a using in each file, where this test sees it");

        Assert.That(string.Join('\n', findings), Is.Empty);
    }

    [Test]
    public void Leaves_ReferenceNoProject()
    {
        IEnumerable<string> referring = Repository.Files
            .Where(file => s_leafProjects.Contains(file.Path))
            .Where(file => file.Text.Contains("<ProjectReference", StringComparison.Ordinal))
            .Select(file => file.Path);

        Assert.That(referring, Is.Empty);
    }

    [TestCase("Tidepool.Core/Wal/A.cs", "using Tidepool.Engine;", Description = "upwards")]
    [TestCase("Tidepool.Core/Wal/A.cs", "using Tidepool.Memtables;", Description = "sideways")]
    [TestCase("Tidepool.Core/Wal/A.cs", "using M = Tidepool.Memtables.Memtable;", Description = "by alias")]
    [TestCase("Tidepool.Core/Wal/A.cs", "using static Tidepool.Memtables.Memtable;", Description = "statically")]
    [TestCase("Tidepool.Core/Wal/A.cs", "class A { Memtables.Memtable B; }", Description = "bare, without a using")]
    [TestCase("Tidepool.Core/Wal/A.cs", "class A { global::Tidepool.Memtables.Memtable B; }", Description = "in full")]
    [TestCase("Tidepool.Core/Wal/A.cs", "class A { string B = $\"{Memtables.Memtable.C}\"; }", Description = "hole")]
    [TestCase("Tidepool.Core/Engine/A.cs", "class A { TidepoolDatabase B; }", Description = "the facade")]
    [TestCase("Tidepool.Core/A.cs", "using Tidepool.Model;", Description = "from a value type")]
    [TestCase("Tidepool.Core/Querying/A.cs", "using Tidepool.Wal;", Description = "denied by name")]
    [TestCase("Tidepool.Core/Model/A.cs", "using Tidepool.Storage.S3;", Description = "a store, from below the engine")]
    [TestCase("Tidepool.Index/Binary/A.cs", "class A { Rows.IRowSource B; }", Description = "upwards in Index")]
    [TestCase("Tidepool.Storage/S3/A.cs", "using Tidepool.Storage.Files;", Description = "one store from another")]
    public void Judge_ReportsAForbiddenImport(string path, string text)
    {
        Finding[] findings = [.. Examine(path, text)];

        Assert.That(findings, Has.Length.EqualTo(1), string.Join('\n', findings));
    }

    [TestCase("Tidepool.Core/Engine/A.cs", "using Tidepool.Wal; using Tidepool.Storage.Retrying;")]
    [TestCase("Tidepool.Core/TidepoolDatabase.cs", "using Tidepool.Engine; class TidepoolDatabase;")]
    [TestCase("Tidepool.Core/TidepoolDatabase.Opening.cs", "using Tidepool.Engine; class TidepoolDatabase;")]
    [TestCase("Tidepool.Core/Wal/A.cs", "using Tidepool.Storage; using Tidepool.Index.Binary; // Tidepool.Engine")]
    [TestCase("Tidepool.Core/Wal/A.cs", "class A { int B(Stats s) => s.Memtables.Count + Memtables.Length; }")]
    [TestCase("Tidepool.Storage/S3/A.cs", "using System.Net; using Tidepool.Storage;")]
    [TestCase("Tidepool.Core/Engine/A.cs", "class A { string B => nameof(TidepoolDatabase); }")]
    public void Judge_LetsTheRestPass(string path, string text)
    {
        Assert.That(Examine(path, text), Is.Empty);
    }

    private static IEnumerable<Finding> Examine(string path, string text)
    {
        TextFile[] others =
        [
            new("Tidepool.Core/Memtables/Memtable.cs", ""),
            new("Tidepool.Index/Rows/IRowSource.cs", ""),
        ];
        TextFile file = new(path, text);
        return new LayerScan([.. others, file]).Scan(file).SelectMany(Judge);
    }

    private static IEnumerable<Finding> Judge(LayerReference reference)
    {
        (Layer from, Layer to, TextFile file, int position, string text) = reference;
        int fromRow = Project(from).RowOf(from.Folder);
        int toRow = Project(to).RowOf(to.Folder);
        if (from.Project == to.Project && toRow >= fromRow && from != to)
        {
            yield return file.At(position, $"{text} in {from}", $"only what stands below it, which {to} does not");
        }

        bool isStore = to is { Project: "Tidepool.Storage", Folder.Length: > 0 };
        if (isStore && from.Project != to.Project && !LayerRules.StoreComposers.Contains(from.Folder))
        {
            yield return file.At(position, $"{text} in {from}", "the contract in Tidepool.Storage's root folder");
        }

        foreach (LayerDenial denial in LayerRules.Denials)
        {
            if (denial.From == from.ToString() && denial.To == to.ToString())
            {
                yield return file.At(position, $"{text} in {from}", $"nothing of {to}: {denial.Reason}");
            }
        }
    }

    private static LayerProject Project(Layer layer) =>
        LayerRules.Projects.First(project => project.Name == layer.Project);

    [GeneratedRegex(@"\bglobal\s+using\s+(?:static\s+)?Tidepool\b|<Using\s+Include=""Tidepool")]
    private static partial Regex GlobalImport();
}
