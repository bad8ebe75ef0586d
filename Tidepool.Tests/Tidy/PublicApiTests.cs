using NUnit.Framework;
using Tidepool.Index.Rows;

namespace Tidepool.Tests.Tidy;

/// <summary>Holds what users can name to `Tidy/PublicApi.txt`, so that no change of it goes unnoticed.</summary>
internal sealed class PublicApiTests
{
    private const string Variable = "UPDATE_PUBLIC_API";

    private static readonly string s_path = Path.Combine(Repository.Root, "Tidepool.Tests", "Tidy", "PublicApi.txt");

    [Test]
    public void PublicSurface_IsTheOneWrittenDown()
    {
        string found = PublicApiListing.Of(
            typeof(Document).Assembly, typeof(TidepoolException).Assembly, typeof(DocumentKey).Assembly);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            File.WriteAllText(s_path, found);
        }

        string expected = File.ReadAllText(s_path).ReplaceLineEndings("\n");
        string[] added = [.. found.Split('\n').Except(expected.Split('\n')).Select(line => $"+ {line}")];
        string[] removed = [.. expected.Split('\n').Except(found.Split('\n')).Select(line => $"- {line}")];

        Assert.That(found, Is.EqualTo(expected), $"""
            The public surface has changed. If that is meant, run this test once with {Variable}=1, which rewrites
            {Path.GetFileName(s_path)}, and say in the commit why.
            {string.Join('\n', added.Concat(removed))}
            """);
    }

    [Test]
    public void Index_HasNoPublicType()
    {
        Assert.That(typeof(DocumentKey).Assembly.GetExportedTypes(), Is.Empty);
    }
}
