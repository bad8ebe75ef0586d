using System.Globalization;
using System.Text;
using Tidepool.Cleanup;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>A small database with at least one object of every kind, what reads of it answer, and its objects' keys.
/// </summary>
internal sealed class DamageStore
{
    private const int LedgerBatches = 4_100; // More than a manifest lists itself.

    private readonly Dictionary<string, (string Key, bool IsNeeded)[]> _keys;

    private DamageStore(
        InMemoryObjectStore objects, Dictionary<string, (string Key, bool IsNeeded)[]> keys, Guid keyedBatch)
    {
        Objects = objects;
        _keys = keys;
        KeyedBatch = keyedBatch;
    }

    /// <summary>The objects; clone them to damage one.</summary>
    internal InMemoryObjectStore Objects { get; }

    internal IEnumerable<string> Kinds => _keys.Keys;

    /// <summary>A batch that only a ledger remembers.</summary>
    internal Guid KeyedBatch { get; }

    /// <summary>The hint as it was when the manifest was the first one.</summary>
    internal byte[] StaleHint { get; private init; } = [];

    internal string Answers { get; private set; } = "";

    /// <summary>What reads of tags answer.</summary>
    internal string TagAnswers { get; private set; } = "";

    /// <summary>The keys there ever were, each with its contents from the first to the last.</summary>
    internal required IReadOnlyDictionary<string, List<byte[]>> Versions { get; init; }

    internal static async Task<DamageStore> MakeAsync()
    {
        var clock = new ManualTime();
        var objects = new InMemoryObjectStore(clock);
        var batch = Guid.NewGuid();
        var remembering = new RememberingStore(objects);
        byte[] staleHint;
        await using (TidepoolDatabase database = Open(remembering, clock))
        {
            TidepoolNamespace other = database.GetNamespace("other");
            await other.UpsertAsync(MakeDocuments(0, 5));
            await other.WaitForIndexingAsync();
            TidepoolNamespace documents = database.GetNamespace("n");
            await documents.UpsertAsync(MakeDocuments(0, 12), new WriteOptions { IdempotencyKey = batch });
            await documents.WaitForIndexingAsync();
            staleHint = await BytesAsync(objects, "hint/n");
            await documents.DeleteAsync(5);
            await documents.WaitForIndexingAsync();
            await documents.UpsertAsync(MakeDocuments(60, 2));
            await documents.CreateTagAsync("kept");
            await documents.CreateTagAsync("released");
            await documents.DeleteTagAsync("released");
            await documents.DeleteAsync(["s60", DocumentGuid(61)]);
            await Task.WhenAll(
                Enumerable.Range(0, LedgerBatches).Select(_ => documents.DeleteAsync("no such document")));
            await documents.UpsertAsync(MakeDocuments(8, 20));
            await documents.WaitForIndexingAsync();
            clock.Advance(TimeSpan.FromMinutes(3));
            await documents.CompactAsync(); // Buries the first manifest, deletes the log.
            await documents.UpsertAsync(MakeDocuments(28, 6));
            await documents.WaitForIndexingAsync();
            await documents.DeleteAsync(["s3", 4, 30]);
            await documents.WaitForIndexingAsync();
            for (int i = 0; i < 3; i++)
            {
                await documents.UpsertAsync(MakeDocuments(40 + (3 * i), 3));
            }

            await documents.DeleteAsync(9);
        }

        await using (TidepoolDatabase database = Open(objects, clock))
        {
            await database.BackupAsync(objects);
        }

        var store = new DamageStore(objects, await FindKeysAsync(objects), batch)
        {
            StaleHint = staleHint,
            Versions = remembering.Versions,
        };
        store.Answers = await store.ReadAsync(objects);
        store.TagAnswers = await store.ReadTagsAsync(objects);
        return store;
    }

    /// <summary>The objects of a kind that reads of the namespace depend on.</summary>
    internal string[] FindNeeded(string kind) =>
        [.. _keys[kind].Where(found => found.IsNeeded).Select(found => found.Key)];

    /// <summary>All objects of a kind, needed or not.</summary>
    internal IEnumerable<string> FindAll(string kind) => _keys[kind].Select(found => found.Key);

    /// <summary>Opens a database over some objects and reads it in every way there is.</summary>
    internal async Task<string> ReadAsync(IObjectStore objects)
    {
        await using var database = new TidepoolDatabase(objects, new TidepoolOptions { ReadOnly = true });
        TidepoolNamespace documents = database.GetNamespace("n");
        var answers = new StringBuilder();
        answers.AppendLine(CultureInfo.InvariantCulture, $"{await documents.CountAsync()}");
        await foreach (Document document in documents.ScanAsync(options: new ScanOptions { IncludeVectors = true }))
        {
            Append(answers, document);
        }

        foreach (DocumentId id in (DocumentId[])[2, "s3", "s6", 9, 40, DocumentGuid(7)])
        {
            Append(answers, await documents.GetAsync(id, new ReadOptions { IncludeVectors = true }));
        }

        var filtered = new SearchOptions { Field = "small", Filter = Filter.Field("text").StartsWith("word 1") };
        var plain = new SearchOptions { Field = "" };
        foreach (SearchResult<Document> hit in (SearchResult<Document>[])
            [.. await documents.SearchAsync(new float[] { 1, 2, 3, 4 }, 8, plain),
            .. await documents.SearchAsync(new float[] { 1, -1, 0 }, 4, filtered)])
        {
            answers.AppendLine(CultureInfo.InvariantCulture, $"{hit.Record.Id} {hit.Score:R}");
        }

        Filter numbers = Filter.Field("whole") >= 10 & Filter.Field("tags").Contains("even");
        answers.AppendLine(CultureInfo.InvariantCulture, $"{await documents.CountAsync(numbers)}");
        return answers.ToString();
    }

    /// <summary>Opens a database over some objects and reads what its tags keep.</summary>
    internal async Task<string> ReadTagsAsync(IObjectStore objects)
    {
        await using var database = new TidepoolDatabase(objects, new TidepoolOptions { ReadOnly = true });
        TidepoolNamespace documents = database.GetNamespace("n");
        var answers = new StringBuilder();
        await foreach (NamespaceTag tag in documents.ListTagsAsync())
        {
            answers.AppendLine(CultureInfo.InvariantCulture, $"{tag.Name} {tag.Sequence}");
        }

        try
        {
            await documents.GetAsync(1, new ReadOptions { Consistency = ReadConsistency.AsOfTag("released") });
        }
        catch (SnapshotExpiredException)
        {
            answers.AppendLine("released");
        }

        ReadConsistency kept = ReadConsistency.AsOfTag("kept");
        await foreach (Document document in documents.ScanAsync(
            options: new ScanOptions { IncludeVectors = true, Consistency = kept }))
        {
            Append(answers, document);
        }

        return answers.ToString();
    }

    /// <summary>Restores the backup that is among some objects, and reads what it holds of the namespace.</summary>
    internal async Task<string> RestoreAsync(IObjectStore objects)
    {
        var target = new InMemoryObjectStore();
        await TidepoolDatabase.RestoreAsync(objects, target, new RestoreOptions { Namespaces = { "n" } });
        return await ReadAsync(target);
    }

    /// <summary>Asks what became of the batch that only a ledger remembers.</summary>
    internal async Task<string> ResolveAsync(IObjectStore objects)
    {
        await using var database = new TidepoolDatabase(objects, new TidepoolOptions { ReadOnly = true });
        WriteResult? result = await database.GetNamespace("n").ResolveAsync(KeyedBatch);
        return $"{result}";
    }

    internal static async Task<byte[]> BytesAsync(IObjectStore objects, string key)
    {
        using GetResult stored = await objects.GetAsync(key);
        return stored.Data.ToArray();
    }

    private static TidepoolDatabase Open(IObjectStore objects, TimeProvider clock) =>
        new(objects, new TidepoolOptions { TimeProvider = clock, Compaction = { Enabled = false } });

    /// <summary>Everything that is stored, by kind; what is needed to read namespace n comes first.</summary>
    private static async Task<Dictionary<string, (string Key, bool IsNeeded)[]>> FindKeysAsync(
        InMemoryObjectStore objects)
    {
        Manifest newest = HintCodec.Decode(await BytesAsync(objects, "hint/n")).Manifest;
        NamespaceKeys data = new DatabaseKeys("").Data(newest.NamespaceId);
        var needed = new HashSet<string>(["tidepool", "hint/n", data.Manifest(newest.Generation)]);
        needed.UnionWith(newest.Batches.Ledgers.Select(ledger => data.Ledger(ledger.Id)));
        foreach (SegmentEntry segment in newest.Segments)
        {
            needed.Add(data.Segment(segment.Id));
            if (segment.Deletions is { } deletions)
            {
                needed.Add(data.Deletions(segment.Id, deletions.Id));
            }
        }

        string kept = (await objects.KeysAsync(data.PinsOf("kept"))).Single();
        Pin pin = PinCodec.Decode(await BytesAsync(objects, kept), newest.NamespaceId, "kept", 1)!;
        var pinned = new PinnedObjects(data, [pin]);
        var kinds = new List<(string Kind, string Key, bool IsNeeded)>();
        foreach (string key in await objects.KeysAsync(""))
        {
            bool isTombstone = key.Contains("/man/") &&
                (await BytesAsync(objects, key)).Length == ManifestFormat.TombstoneLength;
            string kind = isTombstone ? "tombstone"
                : key.StartsWith("hint/") ? "hint"
                : key.StartsWith("ns/") ? "record"
                : key.StartsWith("backup/at/") ? "backup"
                : key.Contains("/tag/") ? (key == kept ? "pin" : "released pin")
                : key.Contains("/man/") ? "manifest"
                : key.Contains("/wal/") ? "log entry"
                : key.Contains("/bat/") ? "ledger"
                : key.Contains("/del-") ? "deletions"
                : key.Contains("/seg/") ? "segment"
                : "root marker";
            bool isLog = data.TryParseLogEntry(key, out long sequence);
            bool isInLog = isLog && sequence > newest.Floor.Sequence;
            bool isOfOurs = key.StartsWith("ns/n!") || (isTombstone && key.StartsWith(data.All));
            bool isKept = !isInLog && !needed.Contains(key)
                && (isLog ? pinned.Contains(sequence) : pinned.Contains(key));
            bool isBackup = key.StartsWith("backup/");
            bool isOfOurBackup = kind == "backup" || key.StartsWith("backup/" + data.All);
            bool isTag = key.Contains("/tag/");
            kind = isBackup && kind != "backup" ? $"{kind} of a backup" : isKept ? $"{kind} of a tag" : kind;
            kinds.Add((kind, key, needed.Contains(key) || isInLog || isOfOurs || isKept || isOfOurBackup || isTag));
        }

        return kinds.GroupBy(found => found.Kind).ToDictionary(
            group => group.Key,
            group => group.Select(found => (found.Key, found.IsNeeded)).OrderByDescending(found => found.IsNeeded)
                .ToArray());
    }

    private static IEnumerable<Document> MakeDocuments(int first, int count) =>
        Enumerable.Range(first, count).Select(MakeDocument);

    private static Document MakeDocument(int number)
    {
        DocumentId id = (number % 3) switch
        {
            0 => $"s{number}",
            1 => DocumentGuid(number),
            _ => number,
        };
        if (number is 4 or 9 or 30 or 40)
        {
            id = number;
        }

        var document = new Document(id)
        {
            Vector = new float[] { number, number % 5, 1, -number },
            ["flag"] = number % 2 == 0,
            ["whole"] = number,
            ["real"] = number / 7.0,
            ["text"] = $"word {number}",
            ["guid"] = DocumentGuid(number),
            ["time"] = DateTimeOffset.UnixEpoch.AddDays(number),
            ["tags"] = new[] { number % 2 == 0 ? "even" : "odd", "all" },
            ["numbers"] = new long[] { number, -number },
            ["reals"] = new[] { number + 0.5 },
            ["flags"] = new[] { true, number % 2 == 0 },
            ["guids"] = new[] { DocumentGuid(number), DocumentGuid(number + 1) },
            ["bytes"] = new byte[] { 1, (byte)number },
            ["times"] = new[] { DateTimeOffset.UnixEpoch.AddHours(number) },
        };
        if (number % 4 != 0)
        {
            document.Vectors["small"] = new float[] { number % 7, 1, -1 };
        }

        return document;
    }

    private static Guid DocumentGuid(int number) => new(number, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]);

    private static void Append(StringBuilder answers, Document? document)
    {
        if (document is null)
        {
            answers.AppendLine("nothing");
            return;
        }

        answers.Append(CultureInfo.InvariantCulture, $"{document.Id.Kind} {document.Id}: ");
        answers.AppendJoin(' ', document.Vector.ToSingle().ToArray());
        foreach ((string name, VectorValue vector) in document.Vectors)
        {
            answers.Append(CultureInfo.InvariantCulture, $" {name} ").AppendJoin(' ', vector.ToSingle().ToArray());
        }

        foreach ((string name, AttributeValue value) in document.Attributes)
        {
            answers.Append(CultureInfo.InvariantCulture, $" {name}={value}");
        }

        answers.AppendLine();
    }
}
