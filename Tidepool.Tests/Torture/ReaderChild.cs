using Tidepool.Storage;

namespace Tidepool.Tests.Torture;

/// <summary>Answers its parent's requests with strong reads, and reports by itself what no write could have made.
/// </summary>
internal static class ReaderChild
{
    private const int NearestCount = 5;
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
                return await ObservedDocuments.DescribeAsync(words[0] switch
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
        List<Document> all = await FullRead.ReadAsync(documents, ReadConsistency.Strong);
        FullRead.JudgeCount(all, await documents.CountAsync());
        await using (NamespaceSnapshot state = await documents.CreateSnapshotAsync())
        {
            FullRead.JudgeCount(await FullRead.ReadAsync(state), all.Count);
        }

        foreach (VerificationProblem problem in (await documents.VerifyAsync()).Problems)
        {
            ChildOutput.Say($"! {problem}");
        }

        foreach (Document document in all)
        {
            yield return document;
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
