using NUnit.Framework;
using Tidepool.Index.Segments;
using Tidepool.Tests.Index.Segments;

namespace Tidepool.Tests.Formats;

internal sealed class GoldenIndexTests
{
    private static IEnumerable<string> Paths => GoldenIndexes.Paths;

    [TestCaseSource(nameof(Paths))]
    public void Index_OfTheGoldenFile_FindsWhatIsNear(string path)
    {
        if (!GoldenFiles.List("*.tpvs").Contains(path))
        {
            GoldenFiles.TryAdd(path, GoldenIndexes.Build(path));
            Assert.Fail($"Golden/{path} was missing and has been written: check it in.");
        }

        SegmentReader reader = TestSegment.Open(GoldenFiles.Read(path));

        GoldenIndexes.AssertHoldsRows(reader, path);
        GoldenIndexes.AssertFinds(reader, path);
        SegmentVerifier.Verify(reader);
    }

    [TestCaseSource(nameof(Paths))]
    public void Index_BuiltToday_FindsWhatIsNear(string path)
    {
        SegmentReader reader = TestSegment.Open(GoldenIndexes.Build(path));

        GoldenIndexes.AssertHoldsRows(reader, path);
        GoldenIndexes.AssertFinds(reader, path);
    }
}
