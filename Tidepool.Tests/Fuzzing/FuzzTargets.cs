using System.Buffers;
using Tidepool.Backups;
using Tidepool.Index.Binary;
using Tidepool.Index.Rows;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Tests.Core.Manifests;
using Tidepool.Tests.Core.Model;
using Tidepool.Tests.Formats;
using Tidepool.Wal;

namespace Tidepool.Tests.Fuzzing;

/// <summary>Every decoder of stored bytes, with golden files and freshly made objects to change.</summary>
internal static class FuzzTargets
{
    private const long Sequence = 7;

    private static readonly Guid s_namespace = new("11111111-2222-3333-4444-555555555555");
    private static readonly Guid s_object = new("00112233-4455-6677-8899-aabbccddeeff");

    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly LedgerEntry s_ledger = new(s_object, 124, 2, 3, 5, s_time);
    private static readonly BackupName s_backup = new(s_time.Ticks, s_object);

    internal static IEnumerable<FuzzTarget> MakeAll() =>
        [.. MakeProtocol(), .. MakeBatches(), .. FuzzSegments.MakeAll()];

    internal static FuzzSeed Golden(string path, Action<byte[]> read) => new(GoldenFiles.Read(path), read);

    private static IEnumerable<FuzzTarget> MakeProtocol() =>
    [
        new("root marker", [Golden("registry-v1/root.bin", static bytes => RegistryCodec.DecodeRootMarker(bytes))])
        {
            Seal = FuzzSeals.Trailing,
        },
        new("record",
        [
            Golden("registry-v1/created.bin", static bytes => RegistryCodec.DecodeRecord(bytes, "tide", 1)),
            Golden("registry-v1/dropped.bin", static bytes => RegistryCodec.DecodeRecord(bytes, "tide", 2)),
        ])
        {
            Seal = FuzzSeals.Trailing,
        },
        new("schema", [MakeSchema(SampleManifests.Schema), MakeSchema(NamespaceSchema.Empty)]),
        new("manifest",
        [
            Golden("manifest-v1/one-segment.bin", static bytes => ManifestCodec.Decode(bytes, s_namespace, 5, out _)),
            Golden("manifest-v1/tombstone.bin", static bytes => ManifestCodec.Decode(bytes, s_namespace, 4, out _)),
            new(ManifestCodec.Encode(SampleManifests.Full), static bytes => ManifestCodec.Decode(
                bytes, SampleManifests.Full.NamespaceId, SampleManifests.Full.Generation, out _)),
        ])
        {
            Seal = FuzzSeals.Manifest,
        },
        new("hint",
        [
            Golden("manifest-v1/hint.bin", static bytes => HintCodec.Decode(bytes)),
            new(
                HintCodec.Encode(3, ManifestCodec.Encode(SampleManifests.Full)),
                static bytes => HintCodec.Decode(bytes)),
        ])
        {
            Seal = FuzzSeals.Hint,
        },
        new("ledger", [Golden("manifest-v1/ledger.bin", ReadLedger)]) { Seal = FuzzSeals.Trailing },
        new("pin",
        [
            Golden("pin-v1/pin.bin", static bytes => PinCodec.Decode(bytes, s_namespace, "v1", 1)),
            Golden("pin-v1/released.bin", static bytes => PinCodec.Decode(bytes, s_namespace, "v1", 2)),
        ])
        {
            Seal = FuzzSeals.Manifest, // Its length stands where a manifest's does.
        },
        new("backup", [Golden("backup-v1/one-namespace.bin", static bytes => BackupCodec.Decode(bytes, s_backup))])
        {
            Seal = FuzzSeals.Trailing,
        },
    ];

    private static IEnumerable<FuzzTarget> MakeBatches() =>
    [
        new("log entry",
        [
            // What their batches hold is not of this program.
            Golden("wal-v1/two-batches.bin", static bytes => WalCodec.Decode(bytes, s_namespace, Sequence)),
            Golden("wal-v1/drop.bin", static bytes => WalCodec.Decode(bytes, s_namespace, Sequence)),
            .. Enumerable.Range(1, 4).Select(seed => new FuzzSeed(MakeEntry(seed), ReadEntry)),
        ])
        {
            Seal = FuzzSeals.LogEntry,
        },
        new("batch", [.. Enumerable.Range(1, 8).Select(seed => new FuzzSeed(MakeBatch(seed), ReadBatch))]),
        new("document id",
        [
            .. new DocumentId[] { "a", "tide é 😀", new string('x', 512), s_object }
                .Select(id => new FuzzSeed(MakeIdText(id), ReadId)),
        ]),
    ];

    private static FuzzSeed MakeSchema(NamespaceSchema schema)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new SpanWriter(output);
        SchemaCodec.Encode(ref writer, schema);
        writer.Flush();
        return new FuzzSeed(output.WrittenSpan.ToArray(), static bytes =>
        {
            var reader = new SpanReader(bytes);
            SchemaCodec.Decode(ref reader);
            reader.ExpectEnd();
        });
    }

    private static byte[] MakeEntry(int seed)
    {
        WalBatch[] batches =
        [
            .. Enumerable.Range(0, seed).Select(
                number => new WalBatch(SampleManifests.Id(number), (uint)number, MakeBatch(seed + number))),
        ];
        var previous = new LogPosition(Sequence - 1, new ContentHash(1));
        return WalCodec.Encode(WalEntryKind.Data, s_namespace, s_object, previous, batches).Content.ToArray();
    }

    private static byte[] MakeBatch(int seed) => BatchTestData.Encode(
        BatchTestData.RandomOperations(new Random(seed), 4), NamespaceSchema.Empty, out _);

    private static byte[] MakeIdText(DocumentId id)
    {
        byte[] text = new byte[DocumentIdCodec.MaxTextSizeBytes];
        return text[..DocumentIdCodec.WriteText(id, text)];
    }

    private static void ReadLedger(byte[] bytes)
    {
        ReadOnlySpan<byte> rows = LedgerCodec.Decode(bytes, s_namespace, s_ledger).Span;
        LedgerCodec.TryFind(rows, s_object, out _);
    }

    private static void ReadEntry(byte[] bytes)
    {
        foreach (WalBatch batch in WalCodec.Decode(bytes, s_namespace, Sequence).Batches)
        {
            ReadBatch(batch.Payload.ToArray());
        }
    }

    private static void ReadBatch(byte[] bytes) =>
        BatchTestData.Describe(bytes, NamespaceSchema.Empty, out _);

    private static void ReadId(byte[] bytes) => DocumentIdCodec.FromKey(DocumentIdCodec.FromText(bytes));
}
