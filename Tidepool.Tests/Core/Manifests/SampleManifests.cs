using System.Collections.Immutable;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Manifests;

/// <summary>Manifests with something in every field.</summary>
internal static class SampleManifests
{
    internal static readonly Guid NamespaceId = Guid.Parse("6f9619ff-8b86-4011-b42d-00c04fc964ff");
    internal static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    internal static NamespaceSchema Schema { get; } = new(
        3,
        [new VectorField("", 128, DistanceMetric.CosineSimilarity), new("image", 4, DistanceMetric.HammingDistance)],
        [new AttributeField("year", ColumnType.Int64), new("tags", ColumnType.StringArray)]);

    internal static SegmentOpening Opening { get; } = new(new ByteRange(600, 8), new ByteRange(640, 362));

    internal static Manifest Full { get; } = MakeFull();

    internal static RowSum Rows(int seed, int count) =>
        Enumerable.Range(0, count).Aggregate(RowSum.Zero, (sum, i) => sum + RowSum.Of((ulong)((seed * 1000) + i), i));

    internal static SegmentEntry Segment(int seed, int rows, long first, long last, int deleted = 0) => new()
    {
        Id = Id(seed),
        SizeBytes = 1000 + seed,
        Rows = Rows(seed, rows),
        FirstSequence = first,
        LastSequence = last,
        Deletions = deleted == 0 ? null : new DeletionEntry(Id(seed + 500), 77, Rows(seed, deleted)),
    };

    internal static Guid Id(int seed) => new(seed, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    private static Manifest MakeFull()
    {
        ImmutableArray<SegmentEntry> segments = [Segment(1, 10, 1, 20), Segment(2, 30, 5, 900, deleted: 4)];
        return new Manifest
        {
            NamespaceId = NamespaceId,
            Generation = 7,
            ParentHash = new ContentHash(99),
            CommitId = Id(1000),
            ParentTime = Time,
            Floor = new LogPosition(1234, new ContentHash(4711)),
            Schema = Schema,
            Rows = segments[0].LiveRows + segments[1].LiveRows,
            Segments = [segments[0], segments[1] with { Opening = Opening }],
            Graveyard =
            [
                new(GraveKind.Segment, Id(3), Guid.Empty, 5, Time),
                new(GraveKind.Deletions, Id(2), Id(4), 7, null),
                new(GraveKind.Ledger, Id(5), Guid.Empty, 6, Time),
            ],
            Batches = new BatchHistory(
                17,
                [new LedgerEntry(Id(6), 500, 12, 18, 1000, Time)],
                [new(Id(7), 1100, Time), new(Id(8), 1100, Time.AddSeconds(1)), new(Id(9), 1234, null)]),
        };
    }
}
