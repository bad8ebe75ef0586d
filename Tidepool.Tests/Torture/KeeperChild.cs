using Tidepool.Storage;

namespace Tidepool.Tests.Torture;

/// <summary>Keeps states of the namespace, as its parent asks for it: as tags, copies and backups; reads them, and
/// gives them up. An answer is a word that says what came of it, and what belongs to it.</summary>
/// <param name="database">The database in it.</param>
internal sealed class KeeperChild(TidepoolDatabase database)
{
    /// <summary>What came of a call is unknown, or nothing.</summary>
    internal const string Unknown = "unknown";

    /// <summary>There is one of that name already, or no longer.</summary>
    internal const string Refused = "refused";

    /// <summary>It is done.</summary>
    internal const string Done = "done";

    /// <summary>There is no such thing.</summary>
    internal const string None = "none";

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly TidepoolNamespace _documents = TortureStore.GetNamespace(database);

    internal async Task RunAsync(ParentLines parent)
    {
        while (await parent.ReadAsync() is var line and not "stop")
        {
            string[] words = line.Split(' ');
            ChildOutput.Say($"= {words[1]} {string.Join(' ', await AnswerAsync(words[0], words[2..]))}");
        }
    }

    private Task<IEnumerable<string>> AnswerAsync(string verb, string[] words) => verb switch
    {
        "tag" => TryAsync(() => TagAsync(words[0])),
        "untag" => TryAsync(() => UntagAsync(words[0])),
        "tags" => InsistAsync(ListTagsAsync),
        "hold" => InsistAsync(() => HoldAsync(ParsePast(words))),
        "look" => InsistAsync(() => LookAsync(ParsePast(words))),
        "copy" => TryAsync(() => DoAsync(database.CopyNamespaceAsync(TortureStore.Namespace, words[0]))),
        "undelete" => TryAsync(() => DoAsync(database.UndeleteNamespaceAsync(words[0]))),
        "drop" => TryAsync(() => DoAsync(database.GetNamespace(words[0]).EnsureDeletedAsync())),
        "write" => TryAsync(() => WriteAsync(words[0], long.Parse(words[1]), words[2..])),
        "all" => InsistAsync(() => ReadAllAsync(database, words[0])),
        "copies" => InsistAsync(ListCopiesAsync),
        "backup" => TryAsync(() => BackupAsync(words[0], words[1..])),
        "backups" => InsistAsync(() => ListBackupsAsync(words[0])),
        "restore" => TryAsync(() => RestoreAsync(words[0], words[1], words[2])),
        "restored" => InsistAsync(() => ReadRestoredAsync(words[0])),
        "wipe" => InsistAsync(() => DoAsync(TortureStore.WipeAsync(words[0]))),
        _ => throw new ArgumentException($"No request {verb}."),
    };

    /// <summary>Does something once: its parent asks again, and knows that it was asked before.</summary>
    private static async Task<IEnumerable<string>> TryAsync(Func<Task<IEnumerable<string>>> act)
    {
        try
        {
            return await act();
        }
        catch (InvalidOperationException refusal)
        {
            return [Refused, .. refusal.Message.Split(' ')];
        }
        catch (TidepoolException failure)
            when (failure.IsTransient || failure is StorageException or CommitOutcomeUnknownException)
        {
            ChildOutput.Say($"? {failure.Message}");
            return [Unknown];
        }
    }

    /// <summary>Asks until there is an answer: the server may be away just now.</summary>
    private static async Task<IEnumerable<string>> InsistAsync(Func<Task<IEnumerable<string>>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (SnapshotExpiredException)
            {
                return [None];
            }
            catch (TidepoolException failure) when (failure.IsTransient || failure is StorageException)
            {
                ChildOutput.Say($"? {failure.Message}");
                await Task.Delay(s_pauseAfterFailure);
            }
        }
    }

    private static async Task<IEnumerable<string>> DoAsync(Task call)
    {
        await call;
        return [Done];
    }

    private static ReadConsistency ParsePast(string[] words) => words[0] == "at"
        ? ReadConsistency.AsOf(long.Parse(words[1]))
        : ReadConsistency.AsOfTag(words[1]);

    private async Task<IEnumerable<string>> TagAsync(string name)
    {
        NamespaceTag tag = await _documents.CreateTagAsync(name);
        return [Done, $"{tag.Sequence}", $"{tag.Documents}"];
    }

    private async Task<IEnumerable<string>> UntagAsync(string name) =>
        [Done, $"{await _documents.DeleteTagAsync(name)}"];

    private async Task<IEnumerable<string>> ListTagsAsync() => await _documents.ListTagsAsync()
        .Select(tag => $"{tag.Name}:{tag.Sequence}:{tag.Documents}").ToListAsync();

    /// <summary>Reads a state that is looked up once, and held.</summary>
    private async Task<IEnumerable<string>> HoldAsync(ReadConsistency past)
    {
        await using NamespaceSnapshot state = await _documents.CreateSnapshotAsync(past);
        return await DescribeAsync(state.Sequence, await FullRead.ReadAsync(state));
    }

    /// <summary>Reads a state that is looked up for each read.</summary>
    private async Task<IEnumerable<string>> LookAsync(ReadConsistency past) =>
        await DescribeAsync(sequence: 0, await FullRead.ReadAsync(_documents, past));

    private async Task<IEnumerable<string>> WriteAsync(string name, long operation, string[] writes)
    {
        WriteBatch batch = new();
        foreach (string write in writes)
        {
            string key = write.TrimEnd('-');
            _ = write != key ? batch.Delete(key) : batch.Upsert(TortureDocument.Create(key, operation, value: 0));
        }

        await database.GetNamespace(name).WriteAsync(batch);
        return [Done];
    }

    /// <summary>Everything in a namespace that nobody writes to.</summary>
    private static async Task<IEnumerable<string>> ReadAllAsync(TidepoolDatabase database, string name)
    {
        TidepoolNamespace documents = database.GetNamespace(name);
        if (!await documents.ExistsAsync())
        {
            return [None];
        }

        await using NamespaceSnapshot state = await documents.CreateSnapshotAsync();
        List<Document> all = await FullRead.ReadAsync(documents, ReadConsistency.Strong);
        FullRead.JudgeCount(await FullRead.ReadAsync(state), all.Count);
        foreach (VerificationProblem problem in (await documents.VerifyAsync()).Problems)
        {
            ChildOutput.Say($"! {name}: {problem}");
        }

        return await DescribeAsync(state.Sequence, all);
    }

    private async Task<IEnumerable<string>> ListCopiesAsync() =>
        await database.ListNamespacesAsync().Where(name => name != TortureStore.Namespace).ToListAsync();

    /// <param name="vault">Where to.</param>
    /// <param name="names">What; all namespaces that there are if none is named.</param>
    private async Task<IEnumerable<string>> BackupAsync(string vault, string[] names)
    {
        BackupOptions options = new();
        foreach (string name in names)
        {
            options.Namespaces.Add(name);
        }

        BackupInfo? made = null;
        await TortureStore.UseStoreAsync(
            vault, async destination => made = await database.BackupAsync(destination, options));
        return [Done, made!.Id];
    }

    private static async Task<IEnumerable<string>> ListBackupsAsync(string vault)
    {
        List<string> ids = [];
        await TortureStore.UseStoreAsync(vault, async backups => ids =
            await TidepoolDatabase.ListBackupsAsync(backups).Select(backup => backup.Id).ToListAsync());
        return ids;
    }

    private static async Task<IEnumerable<string>> RestoreAsync(string vault, string id, string place)
    {
        RestoreOptions options = new() { BackupId = id, Namespaces = { TortureStore.Namespace } };
        await TortureStore.UseStoreAsync(vault, backups => TortureStore.UseStoreAsync(
            place, destination => TidepoolDatabase.RestoreAsync(backups, destination, options)));
        return [Done];
    }

    private static async Task<IEnumerable<string>> ReadRestoredAsync(string place)
    {
        IEnumerable<string> answer = [];
        await TortureStore.UseDatabaseAsync(place, compacts: false, async restored =>
            answer = await ReadAllAsync(restored, TortureStore.Namespace));
        return answer;
    }

    private static async Task<IEnumerable<string>> DescribeAsync(long sequence, List<Document> documents) =>
        [$"{sequence}", .. await ObservedDocuments.DescribeAsync(documents.ToAsyncEnumerable())];
}
