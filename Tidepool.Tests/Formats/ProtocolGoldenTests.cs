using System.Buffers;
using NUnit.Framework;
using Tidepool.Backups;
using Tidepool.Index.Attributes;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Wal;

namespace Tidepool.Tests.Formats;

/// <summary>Golden files of the commit protocol's objects: log, manifests, records.</summary>
internal sealed class ProtocolGoldenTests
{
    private static readonly Guid s_namespace = Guid.Parse("11111111-2222-3333-4444-555555555555");
    private static readonly Guid s_object = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly Guid s_writer = Guid.Parse("99999999-8888-7777-6666-555555555555");
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly LogPosition s_previous = new(6, new ContentHash(0x0F0E0D0C0B0A0908));

    private static readonly NamespaceSchema s_schema = new(
        2, [MakeField()], [new AttributeField("year", ColumnType.Int64)]);

    private static readonly IncarnationRecord s_created = new("tide", 1, s_namespace, s_schema);
    private static readonly IncarnationRecord s_dropped = new("tide", 2, s_namespace, NamespaceSchema.Empty);
    private static readonly Manifest s_manifest = MakeManifest();

    private static readonly Pin s_pin = new()
    {
        NamespaceId = s_namespace,
        Name = "v1",
        Number = 1,
        Id = s_object,
        Position = new LogPosition(9, new ContentHash(0x6655)),
        Rows = new RowSum(3, 0x0302),
        Deadline = s_time,
        Manifest = s_manifest,
    };

    private static readonly Manifest s_copy = s_manifest with
    {
        Segments = [.. s_manifest.Segments.Select(segment => segment with { Owner = s_writer })],
    };

    private static readonly BackupRecord s_backup = new(
        new BackupName(s_time.Ticks, s_object),
        4711,
        [new BackupNamespace(
            "tide", s_manifest with { Generation = 1, ParentHash = default, ParentTime = null, Graveyard = [] })]);

    private static readonly LedgerEntry s_ledger = new(s_object, 124, 2, 3, 5, s_time);
    private static readonly ConsumedBatch[] s_consumed = [new(s_writer, 3, s_time), new(s_object, 5, s_time)];

    private static readonly Dictionary<string, Func<byte[]>> s_today = new()
    {
        ["wal-v1/two-batches.bin"] = () => EncodeEntry(WalEntryKind.Data,
            [new(s_object, 5, "tide"u8.ToArray()), new(s_writer, 0, "pool!"u8.ToArray())]),
        ["wal-v1/drop.bin"] = () => EncodeEntry(WalEntryKind.Drop, [new(s_object, 0, default)]),
        ["manifest-v1/one-segment.bin"] = () => ManifestCodec.Encode(s_manifest),
        ["manifest-v1/copy.bin"] = () => ManifestCodec.Encode(s_copy),
        ["manifest-v1/tombstone.bin"] = () => ManifestCodec.EncodeTombstone(s_namespace, 4, 9),
        ["manifest-v1/hint.bin"] = () => HintCodec.Encode(1, ManifestCodec.Encode(s_manifest)),
        ["manifest-v1/ledger.bin"] = () => LedgerCodec.Encode(s_namespace, s_object, s_consumed),
        ["pin-v1/pin.bin"] = () => PinCodec.Encode(s_pin),
        ["pin-v1/released.bin"] = () => PinCodec.EncodeReleased(s_namespace, "v1", 2),
        ["registry-v1/root.bin"] = () => RegistryCodec.EncodeRootMarker(s_object),
        ["registry-v1/created.bin"] = () => RegistryCodec.EncodeRecord(s_created),
        ["registry-v1/dropped.bin"] = () => RegistryCodec.EncodeRecord(s_dropped),
        ["backup-v1/one-namespace.bin"] = () => BackupCodec.Encode(s_backup),
    };

    private static IEnumerable<string> Names => s_today.Keys;

    [TestCaseSource(nameof(Names))]
    public void Object_WrittenToday_IsTheGoldenFileOfThisVersion(string path)
    {
        byte[] bytes = s_today[path]();
        if (GoldenFiles.TryAdd(path, bytes))
        {
            Assert.Fail($"Golden/{path} was missing and has been written: check it in.");
        }

        Assert.That(bytes, Is.EqualTo(GoldenFiles.Read(path)));
    }

    [Test]
    public void LogEntry_OfVersion1_HoldsWhatWasWritten()
    {
        WalEntry entry = WalCodec.Decode(GoldenFiles.Read("wal-v1/two-batches.bin"), s_namespace, 7);
        WalEntry drop = WalCodec.Decode(GoldenFiles.Read("wal-v1/drop.bin"), s_namespace, 7);

        Assert.That(entry.Kind, Is.EqualTo(WalEntryKind.Data));
        Assert.That(entry.PreviousHash, Is.EqualTo(s_previous.Hash));
        Assert.That(entry.WriterId, Is.EqualTo(s_writer));
        Assert.That(entry.Batches.Select(batch => batch.Id), Is.EqualTo([s_object, s_writer]));
        Assert.That(entry.Batches.Select(batch => batch.Flags), Is.EqualTo([5u, 0u]));
        Assert.That(entry.Batches[0].Payload.Span.SequenceEqual("tide"u8), Is.True);
        Assert.That(entry.Batches[1].Payload.Span.SequenceEqual("pool!"u8), Is.True);
        Assert.That(drop.Kind, Is.EqualTo(WalEntryKind.Drop));
    }

    [Test]
    public void Manifest_OfVersion1_HoldsWhatWasWritten()
    {
        Manifest manifest = ManifestCodec.Decode(
            GoldenFiles.Read("manifest-v1/one-segment.bin"), s_namespace, 5, out _)!;
        Hint hint = HintCodec.Decode(GoldenFiles.Read("manifest-v1/hint.bin"));
        Manifest? none = ManifestCodec.Decode(
            GoldenFiles.Read("manifest-v1/tombstone.bin"), s_namespace, 4, out long successor);

        AssertIsTheManifest(manifest);
        AssertIsTheManifest(hint.Manifest);
        Assert.That(hint.RecordNumber, Is.EqualTo(1));
        Assert.That(none, Is.Null);
        Assert.That(successor, Is.EqualTo(9));
    }

    [Test]
    public void ManifestOfACopy_OfVersion1_HoldsWhatWasWritten()
    {
        Manifest copy = ManifestCodec.Decode(GoldenFiles.Read("manifest-v1/copy.bin"), s_namespace, 5, out _)!;

        AssertIsTheManifest(copy with { Segments = s_manifest.Segments });
        Assert.That(copy.Segments, Is.EqualTo(s_copy.Segments));
    }

    [Test]
    public void Ledger_OfVersion1_HoldsWhatWasWritten()
    {
        ReadOnlySpan<byte> rows = LedgerCodec
            .Decode(GoldenFiles.Read("manifest-v1/ledger.bin"), s_namespace, s_ledger).Span;

        foreach (ConsumedBatch batch in s_consumed)
        {
            Assert.That(LedgerCodec.TryFind(rows, batch.Id, out long sequence), Is.True);
            Assert.That(sequence, Is.EqualTo(batch.Sequence));
        }
    }

    [Test]
    public void Pin_OfVersion1_HoldsWhatWasWritten()
    {
        Pin pin = PinCodec.Decode(GoldenFiles.Read("pin-v1/pin.bin"), s_namespace, "v1", 1)!;
        Pin? released = PinCodec.Decode(GoldenFiles.Read("pin-v1/released.bin"), s_namespace, "v1", 2);

        AssertIsTheManifest(pin.Manifest);
        Assert.That(pin with { Manifest = s_manifest }, Is.EqualTo(s_pin));
        Assert.That(released, Is.Null);
    }

    [Test]
    public void Registry_OfVersion1_HoldsWhatWasWritten()
    {
        IncarnationRecord created = RegistryCodec.DecodeRecord(
            GoldenFiles.Read("registry-v1/created.bin"), "tide", 1);
        IncarnationRecord dropped = RegistryCodec.DecodeRecord(
            GoldenFiles.Read("registry-v1/dropped.bin"), "tide", 2);

        Assert.That(RegistryCodec.DecodeRootMarker(GoldenFiles.Read("registry-v1/root.bin")), Is.EqualTo(s_object));
        Assert.That(created.NamespaceId, Is.EqualTo(s_namespace));
        Assert.That(created.Schema.Vectors, Is.EqualTo(s_schema.Vectors));
        Assert.That(dropped.IsDropped, Is.True);
        Assert.That(dropped.NamespaceId, Is.EqualTo(s_namespace));
    }

    [Test]
    public void Backup_OfVersion1_HoldsWhatWasWritten()
    {
        BackupRecord backup = BackupCodec.Decode(GoldenFiles.Read("backup-v1/one-namespace.bin"), s_backup.Name);

        Assert.That(backup.Bytes, Is.EqualTo(4711));
        Assert.That(backup.Namespaces.Select(one => one.Name), Is.EqualTo(["tide"]));
        Assert.That(backup.Namespaces[0].State.Segments, Is.EqualTo(s_manifest.Segments));
        Assert.That(backup.Namespaces[0].State.Floor, Is.EqualTo(s_manifest.Floor));
    }

    /// <summary>The default's 200 candidates were written when the files were made.</summary>
    private static VectorField MakeField() => new("", 3, DistanceMetric.CosineSimilarity)
    {
        Index = IndexPolicy.Default with { EfConstruction = 200 },
    };

    private static void AssertIsTheManifest(Manifest manifest)
    {
        Assert.That(manifest.Floor, Is.EqualTo(s_manifest.Floor));
        Assert.That(manifest.ParentHash, Is.EqualTo(s_manifest.ParentHash));
        Assert.That(manifest.CommitId, Is.EqualTo(s_manifest.CommitId));
        Assert.That(manifest.ParentTime, Is.EqualTo(s_time));
        Assert.That(manifest.Rows, Is.EqualTo(s_manifest.Rows));
        Assert.That(manifest.Schema.Version, Is.EqualTo(2));
        Assert.That(manifest.Schema.Vectors, Is.EqualTo(s_schema.Vectors));
        Assert.That(manifest.Schema.Attributes, Is.EqualTo(s_schema.Attributes));
        Assert.That(manifest.Segments, Is.EqualTo(s_manifest.Segments));
        Assert.That(manifest.Graveyard, Is.EqualTo(s_manifest.Graveyard));
        Assert.That(manifest.Batches.CompleteSince, Is.EqualTo(2));
        Assert.That(manifest.Batches.Ledgers, Is.EqualTo(s_manifest.Batches.Ledgers));
        Assert.That(manifest.Batches.Recent, Is.EqualTo(s_manifest.Batches.Recent));
    }

    private static byte[] EncodeEntry(WalEntryKind kind, WalBatch[] batches) =>
        WalCodec.Encode(kind, s_namespace, s_writer, s_previous, batches).Content.ToArray();

    private static Manifest MakeManifest()
    {
        var rows = new RowSum(3, 0x0102);
        var deletions = new DeletionEntry(s_writer, 64, new RowSum(1, 0x02));
        return new Manifest
        {
            NamespaceId = s_namespace,
            Generation = 5,
            ParentHash = new ContentHash(0x2211),
            CommitId = s_writer,
            ParentTime = s_time,
            Floor = new LogPosition(8, new ContentHash(0x4433)),
            Schema = s_schema,
            Rows = rows - deletions.Rows,
            Segments =
            [
                new SegmentEntry
                {
                    Id = s_object, SizeBytes = 776, Rows = rows, FirstSequence = 1, LastSequence = 8,
                    Deletions = deletions,
                },
            ],
            Graveyard = [new GraveyardEntry(GraveKind.Deletions, s_object, s_namespace, 5, null)],
            Batches = new BatchHistory(
                2, [new LedgerEntry(s_object, 124, 2, 3, 5, s_time)], [new(s_writer, 8, s_time)]),
        };
    }
}
