using NUnit.Framework;
using Tidepool.Tests.Tidy;

namespace Tidepool.Tests.Formats;

internal sealed class FormatDocTests
{
    private static TextFile[] Documents => [.. Repository.Files.Where(
        file => file.IsMarkdown && file.Path.StartsWith("docs/format", StringComparison.Ordinal))];

    [Test]
    public void Constants_InTheDocuments_AreThoseOfTheCode() => Assert.That(
        Documents.SelectMany(FormatRules.CheckConstants), Is.Empty);

    [Test]
    public void Constants_OfADocumentedType_AreAllInTheDocuments() => Assert.That(
        FormatRules.CheckComplete(Documents), Is.Empty);

    [Test]
    public void Layouts_InTheDocuments_AddUp() => Assert.That(Documents.SelectMany(FormatRules.CheckLayouts), Is.Empty);

    [Test]
    public void HexDumps_InTheDocuments_AreBytesOfGoldenFiles() => Assert.That(
        Documents.SelectMany(FormatRules.CheckHexDumps), Is.Empty);

    [TestCase("`68`<!-- SegmentFormat.HeaderSizeBytes -->", 0)]
    [TestCase("`68` <!-- SegmentFormat.HeaderSizeBytes -->", 0)]
    [TestCase("`65,536`<!-- SegmentFormat.BlockSizeBytes -->", 0)]
    [TestCase("`TPV2`<!-- SegmentFormat.Magic --> `0x32565054`<!-- SegmentFormat.Magic -->", 0)]
    [TestCase("`4`<!-- SectionKind.Ids -->", 0)]
    [TestCase("<!-- a remark. -->", 0)]
    [TestCase("`67`<!-- SegmentFormat.HeaderSizeBytes -->", 1)]
    [TestCase("68<!-- SegmentFormat.HeaderSizeBytes -->", 1)]
    [TestCase("`TPV1`<!-- SegmentFormat.Magic -->", 1)]
    [TestCase("`5`<!-- SectionKind.Ids -->", 1)]
    [TestCase("`68`<!-- SegmentFormat.NoSuchConstant -->", 1)]
    [TestCase("`68`<!-- NoSuchFormat.HeaderSizeBytes -->", 1)]
    public void CheckConstants_Line_HasSoManyFaults(string line, int faultCount) =>
        Assert.That(FormatRules.CheckConstants(Document(line)).Count(), Is.EqualTo(faultCount));

    [Test]
    public void CheckComplete_OneOfTwoConstants_MissesTheOther()
    {
        string[] named = Enum.GetNames<Tidepool.Index.Segments.SegmentFlags>()[1..];
        TextFile document = Document(string.Join('\n', named.Select(name => $"<!-- SegmentFlags.{name} -->")));

        Assert.That(
            FormatRules.CheckComplete([document]).Select(finding => finding.Found),
            Is.EqualTo(["no SegmentFlags.None"]));
    }

    [TestCase("| 0 | 4 | u32 | a |\n| 4 | 8 | u64 | b |\n| 12 | | | end |", 0)]
    [TestCase("| 10 | 4 | u32 | a |\n| `14` | n | bytes | b |", 0)]
    [TestCase("| 0 | 4 | u32 | a |\n| 5 | 8 | u64 | b |", 1)]
    [TestCase("| 0 | 4 | u64 | a |", 1)]
    [TestCase("| x | 4 | u32 | a |", 1)]
    public void CheckLayouts_Table_HasSoManyFaults(string rows, int faultCount) => Assert.That(
        FormatRules.CheckLayouts(Document($"| offset | bytes | type | name |\n|---|---|---|---|\n{rows}\n")).Count(),
        Is.EqualTo(faultCount));

    private static TextFile Document(string text) => new("docs/format/x.md", text);
}
