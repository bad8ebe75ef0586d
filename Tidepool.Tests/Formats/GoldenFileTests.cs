using NUnit.Framework;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Tests.Index.Segments;

namespace Tidepool.Tests.Formats;

internal sealed class GoldenFileTests
{
    private static readonly string s_currentSegments = $"v{SegmentFormat.Version}.{SegmentFormat.MinorVersion}";

    private static IEnumerable<string> StoredSegments => GoldenFiles.List("*.tpvs")
        .Where(path => !GoldenIndexes.Paths.Contains(path));

    private static IEnumerable<string> StoredDeletions => GoldenFiles.List("*.tpvd");

    private static IEnumerable<string> SegmentNames => GoldenSegments.Segments.Keys;

    [TestCaseSource(nameof(StoredSegments))]
    public void Segment_OfAnyVersion_HoldsWhatWasWritten(string path)
    {
        SegmentReader reader = TestSegment.Open(GoldenFiles.Read(path));

        GoldenSegments.Segments[Path.GetFileNameWithoutExtension(path)].AssertHolds(reader);
        SegmentVerifier.Verify(reader);
    }

    [TestCaseSource(nameof(SegmentNames))]
    public void Segment_WrittenToday_IsTheGoldenFileOfThisVersion(string name) =>
        AssertStored($"{s_currentSegments}/{name}.tpvs", GoldenSegments.Segments[name].Bytes);

    [TestCaseSource(nameof(StoredDeletions))]
    public void DeletionBitmap_OfAnyVersion_HoldsWhatWasWritten(string path)
    {
        PagedBitmap bitmap = DeletionBitmapCodec.Decode(
            GoldenFiles.Read(path), GoldenSegments.Deletions, GoldenSegments.DeletionRowCount);

        Assert.That(
            Enumerable.Range(0, bitmap.RowCount).Where(ordinal => bitmap[ordinal]),
            Is.EqualTo(GoldenSegments.DeletedOrdinals));
    }

    [Test]
    public void DeletionBitmap_WrittenToday_IsTheGoldenFileOfThisVersion() => AssertStored(
        $"deletions-v{DeletionBitmapFormat.Version}/four-of-seventy.tpvd", GoldenSegments.EncodeDeletions());

    /// <summary>A golden file that is missing is written, for its author to look at and check in.</summary>
    private static void AssertStored(string path, byte[] bytes)
    {
        if (GoldenFiles.TryAdd(path, bytes))
        {
            Assert.Fail($"Golden/{path} was missing and has been written: check it in.");
        }

        Assert.That(bytes, Is.EqualTo(GoldenFiles.Read(path)));
    }
}
