using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Tidepool.Tests.Tidy;

/// <summary>Holds the tree to what docs/style.md asks for and a compiler does not check.</summary>
internal sealed partial class TidyTests
{
    private static IEnumerable<TidyRule> Rules =>
        [.. SourceRules.All, .. TextRules.All, .. DocumentRules.All, .. TableRules.All];

    [TestCaseSource(nameof(Rules))]
    public void Tree_KeepsTheRule(TidyRule rule)
    {
        IEnumerable<Finding> findings = Repository.Files.SelectMany(rule.Check);

        Assert.That(string.Join('\n', findings), Is.Empty);
    }

    [TestCaseSource(nameof(Rules))]
    public void Rule_ReportsItsExample(TidyRule rule)
    {
        Finding[] findings = [.. rule.Check(new TextFile(rule.BadPath, rule.BadText))];

        Assert.That(findings, Has.Length.EqualTo(1), string.Join('\n', findings));
    }

    [Test]
    public void LongFiles_OnlyShrink()
    {
        IEnumerable<string> stale = SourceRules.LongFiles
            .Where(entry => Repository.Find(entry.Key)?.LineCount != entry.Value)
            .Select(entry => $"{entry.Key}: expected {entry.Value} lines; write down what it has now, or drop it");

        Assert.That(string.Join('\n', stale), Is.Empty);
    }

    [Test]
    public void AllowedRawReferences_NameFilesThatHaveSome()
    {
        IEnumerable<string> stale = SourceRules.RawReferenceFiles.Keys
            .Where(path => Repository.Find(path) is not { } file || !SourceRules.HasRawReference(file))
            .Select(path => $"{path}: has no raw reference; drop it from the list");

        Assert.That(string.Join('\n', stale), Is.Empty);
    }

    [Test]
    public void Decisions_HaveNumbersOfTheirOwn()
    {
        string[] names = [.. Repository.Files.Select(file => file.Path).Where(IsDecision)];
        IEnumerable<string> misnamed = names.Where(name => !DecisionName().IsMatch(name));
        IEnumerable<string> doubled = names
            .GroupBy(name => name.Split('/')[^1].Split('-')[0])
            .Where(group => group.Count() > 1)
            .Select(group => string.Join(" and ", group));

        Assert.That(misnamed, Is.Empty, "expected docs/decisions/NNNN-title-in-lower-case.md");
        Assert.That(doubled, Is.Empty, "expected one record per number");
    }

    private static bool IsDecision(string path) =>
        path.StartsWith("docs/decisions/", StringComparison.Ordinal)
        && !path.EndsWith("/README.md", StringComparison.Ordinal);

    [GeneratedRegex(@"^docs/decisions/\d{4}-[a-z0-9-]+\.md$")]
    private static partial Regex DecisionName();
}
