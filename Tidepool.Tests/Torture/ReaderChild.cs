using Tidepool.Storage;

namespace Tidepool.Tests.Torture;

/// <summary>Answers its parent's requests with strong reads, and reports by itself what no write could have made.
/// </summary>
internal static class ReaderChild
{
    private const int NearestCount = 5;
    private const int SingleGets = 50;
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    internal static async Task RunAsync(TidepoolNamespace documents, ParentLines parent)
    {
        while (await parent.ReadAsync() is var line and not "stop")
        {
            string[] words = line.Split(' ');
            List<string> found = await AnswerAsync(documents, words);
            ChildOutput.Say($"= {words[1]} {string.Join(' ', found)}");
        }
    }

    /// <summary>Asks until there is an answer: the server may be away just now.</summary>
    private static async Task<List<string>> AnswerAsync(TidepoolNamespace documents, string[] words)
    {
        while (true)
        {
            try
            {
                return await DescribeAsync(words[0] switch
                {
                    "get" => documents.GetAsync(
                        words[2..].Select(key => (DocumentId)key), new ReadOptions { IncludeVectors = true }),
                    "scan" => documents.ScanAsync(options: new ScanOptions { IncludeVectors = true }),
                    "near" => NearAsync(documents, words[2]),
                    "rest" => RestAsync(documents),
                    "compact" => CompactAsync(documents),
                    _ => throw new ArgumentException($"No request {words[0]}."),
                });
            }
            catch (StorageException failure)
            {
                ChildOutput.Say($"? {failure.Message}");
                await Task.Delay(s_pauseAfterFailure);
            }
        }
    }

    /// <summary>The documents as <c>key:operation:value</c>; says what is wrong with them by themselves.</summary>
    private static async Task<List<string>> DescribeAsync(IAsyncEnumerable<Document> documents)
    {
        HashSet<DocumentId> ids = [];
        List<string> texts = [];
        await foreach (Document document in documents)
        {
            if (TortureDocument.FindDamage(document) is { } damage)
            {
                ChildOutput.Say($"! {damage}");
            }

            if (!ids.Add(document.Id))
            {
                ChildOutput.Say($"! {document.Id} was answered twice");
            }

            long operation = TortureDocument.OperationOf(document);
            texts.Add($"{document.Id}:{operation}:{TortureDocument.ValueOf(document)}");
        }

        return texts;
    }

    /// <summary>The document of a key, found by its place.</summary>
    private static async IAsyncEnumerable<Document> NearAsync(TidepoolNamespace documents, string key)
    {
        SearchResults<Document> results = await documents.SearchAsync(
            TortureDocument.PlaceOf(key), NearestCount, new SearchOptions { IncludeVectors = true });
        foreach (SearchResult<Document> result in results.Where(result => result.Record.Id == key))
        {
            yield return result.Record;
        }
    }

    /// <summary>Every document, when nobody writes: every way to ask has to agree, and every byte has to be right.
    /// </summary>
    private static async IAsyncEnumerable<Document> RestAsync(TidepoolNamespace documents)
    {
        List<Document> all = [];
        await foreach (Document document in documents.ScanAsync(options: new ScanOptions { IncludeVectors = true }))
        {
            all.Add(document);
            yield return document;
        }

        if (await documents.CountAsync() is var count && count != all.Count)
        {
            ChildOutput.Say($"! {count} documents were counted, {all.Count} scanned");
        }

        if (!all.Select(document => document.Id).SequenceEqual(all.Select(document => document.Id).Order()))
        {
            ChildOutput.Say("! the scan was not in the order of ids");
        }

        Dictionary<DocumentId, Document> byId = [];
        await foreach (Document document in documents.GetAsync(all.Select(document => document.Id)))
        {
            byId.Add(document.Id, document);
        }

        for (int i = 0; i < all.Count; i++)
        {
            Document? same = i < SingleGets ? await documents.GetAsync(all[i].Id) : byId.GetValueOrDefault(all[i].Id);
            if (same is null || TortureDocument.OperationOf(same) != TortureDocument.OperationOf(all[i]))
            {
                ChildOutput.Say($"! {all[i].Id} was scanned, but asked for by id it is another or none");
            }
        }

        foreach (VerificationProblem problem in (await documents.VerifyAsync()).Problems)
        {
            ChildOutput.Say($"! {problem}");
        }
    }

    private static async IAsyncEnumerable<Document> CompactAsync(TidepoolNamespace documents)
    {
        await documents.CompactAsync();
        await foreach (Document document in RestAsync(documents))
        {
            yield return document;
        }
    }
}
