using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Tests.Formats;
using Tidepool.Tests.Index.Attributes;
using Tidepool.Tests.Index.Segments;

namespace Tidepool.Tests.Fuzzing;

/// <summary>The decoders of segments and of what belongs to them.</summary>
internal static class FuzzSegments
{
    private const int IndexedDocuments = 24;

    internal static IEnumerable<FuzzTarget> MakeAll() =>
    [
        new("deletions", [FuzzTargets.Golden("deletions-v1/four-of-seventy.tpvd", ReadDeletions)])
        {
            Seal = FuzzSeals.Trailing,
        },
        new("segment head", MakeSegments(static bytes => SegmentHeadCodec.Decode(bytes)))
        {
            Seal = FuzzSeals.Segment,
            FindParts = static bytes => [FindSections(bytes)[0]],
        },
        new("segment", MakeSegments(SegmentReading.ReadAll)) { Seal = FuzzSeals.Segment, FindParts = FindSections },
        new("attributes",
        [
            FuzzTargets.Golden(
                "attributes-v1/two-columns.tpat", static bytes => AttributeReading.ReadAll(bytes, rowCount: 3)),
            .. RandomValues.AllTypes.Select(type => MakeAttributes([type], rowCount: 40)),
            MakeAttributes(RandomValues.AllTypes, rowCount: 20),
        ]),
        MakeIndex("cell index", "ivf-v3/cells.tpvs"),
        MakeIndex("graph index", "hnsw-v2/graphs.tpvs"),
    ];

    private static FuzzSeed[] MakeSegments(Action<byte[]> read) =>
    [
        .. GoldenFiles.List("*.tpvs").Where(path => path.StartsWith("v2.0/", StringComparison.Ordinal))
            .Select(path => FuzzTargets.Golden(path, read)),
    ];

    private static FuzzSeed MakeAttributes(ColumnType[] types, int rowCount) => new(
        AttributeReading.MakeSection(types, rowCount), bytes => AttributeReading.ReadAll(bytes, rowCount));

    private static FuzzTarget MakeIndex(string name, string path)
    {
        byte[] segment = GoldenIndexes.Build(path, IndexedDocuments);
        Range[] parts =
        [
            .. TestSegment.Open(segment).Header.Sections.Where(section => section.Kind >= SectionKind.IvfHead)
                .Select(section => new Range((int)section.Offset, (int)section.End)),
        ];
        return new FuzzTarget(
            name, [new FuzzSeed(segment, bytes => GoldenIndexes.SearchAll(TestSegment.Open(bytes), path))])
        {
            Seal = FuzzSeals.Segment,
            FindParts = _ => parts,
            ChangesLength = false,
        };
    }

    /// <summary>The head and each section.</summary>
    private static Range[] FindSections(byte[] segment)
    {
        SegmentHeader header = SegmentHeadCodec.Decode(segment);
        return
        [
            new Range(0, (int)header.Sections[0].Offset),
            .. header.Sections.Select(section => new Range((int)section.Offset, (int)section.End)),
        ];
    }

    private static void ReadDeletions(byte[] bytes) =>
        DeletionBitmapCodec.Decode(bytes, GoldenSegments.Deletions, GoldenSegments.DeletionRowCount);
}
