namespace Tidepool.Tests.Torture;

/// <summary>Documents as words of a line: <c>key:operation:value</c>.</summary>
internal static class ObservedDocuments
{
    /// <summary>What a child found; it says by itself what no write could have made.</summary>
    internal static async Task<List<string>> DescribeAsync(IAsyncEnumerable<Document> documents)
    {
        HashSet<DocumentId> ids = [];
        List<string> words = [];
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
            words.Add($"{document.Id}:{operation}:{TortureDocument.ValueOf(document)}");
        }

        return words;
    }

    internal static Dictionary<string, Observation> Parse(IEnumerable<string> words)
    {
        Dictionary<string, Observation> documents = [];
        foreach (string[] parts in words.Where(word => word.Length > 0).Select(word => word.Split(':')))
        {
            documents[parts[0]] = new Observation(long.Parse(parts[1]), long.Parse(parts[2]));
        }

        return documents;
    }
}
