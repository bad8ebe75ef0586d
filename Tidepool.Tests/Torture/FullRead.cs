namespace Tidepool.Tests.Torture;

/// <summary>Reads every document of a state in every way there is; says what does not agree.</summary>
internal static class FullRead
{
    private const int SingleGets = 50;
    private const int Searches = 5;
    private const int NearestCount = 5;

    /// <summary>All documents of a state that is held.</summary>
    internal static async Task<List<Document>> ReadAsync(NamespaceSnapshot state)
    {
        List<Document> all = await state.ScanAsync(options: new ScanOptions { IncludeVectors = true }).ToListAsync();
        JudgeCount(all, await state.CountAsync());
        Dictionary<DocumentId, Document> byId = [];
        await foreach (Document document in state.GetAsync(all.Select(document => document.Id)))
        {
            byId.Add(document.Id, document);
        }

        for (int i = 0; i < all.Count; i++)
        {
            JudgeSame(all[i], i < SingleGets ? await state.GetAsync(all[i].Id) : byId.GetValueOrDefault(all[i].Id));
        }

        return all;
    }

    /// <summary>All documents as they were, or are when nobody writes; the state is looked up for each read.</summary>
    internal static async Task<List<Document>> ReadAsync(TidepoolNamespace documents, ReadConsistency consistency)
    {
        List<Document> all = await documents
            .ScanAsync(options: new ScanOptions { IncludeVectors = true, Consistency = consistency })
            .ToListAsync();
        if (!all.Select(document => document.Id).SequenceEqual(all.Select(document => document.Id).Order()))
        {
            ChildOutput.Say("! the scan was not in the order of ids");
        }

        for (int i = 0; i < all.Count; i += 1 + (all.Count / Searches))
        {
            string key = all[i].Id.ToString();
            SearchResults<Document> near = await documents.SearchAsync(
                TortureDocument.PlaceOf(key), NearestCount, new SearchOptions { Consistency = consistency });
            JudgeSame(all[i], near.FirstOrDefault(result => result.Record.Id == key)?.Record);
            JudgeSame(all[i], await documents.GetAsync(key, new ReadOptions { Consistency = consistency }));
        }

        return all;
    }

    internal static void JudgeCount(List<Document> all, long count)
    {
        if (count != all.Count)
        {
            ChildOutput.Say($"! {count} documents were counted, {all.Count} scanned");
        }
    }

    private static void JudgeSame(Document document, Document? other)
    {
        if (other?.Id != document.Id || TortureDocument.OperationOf(other) != TortureDocument.OperationOf(document))
        {
            ChildOutput.Say($"! {document.Id} was scanned, but asked for by id, or place, it is another or none");
        }
    }
}
