using System.Globalization;
using System.Text;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Everything that the reads of a state answer, as text: two states are the same if their records are.
/// </summary>
internal static class ReadRecord
{
    private static readonly float[] s_query = [3, 1, 0, 0];

    /// <summary>What the reads of a namespace answer at a level of consistency.</summary>
    internal static async Task<string> ReadAsync(TidepoolNamespace documents, ReadConsistency consistency)
    {
        var record = new StringBuilder();
        await AddAsync(record, documents.ScanAsync(
            options: new ScanOptions { IncludeVectors = true, Consistency = consistency }));
        await AddAsync(record, documents.ScanAsync(
            Filter.Field("value") > 2L, new ScanOptions { Limit = 7, After = 4, Consistency = consistency }));
        await AddAsync(record, documents.GetAsync(
            [3, 99, 1], new ReadOptions { IncludeVectors = true, Consistency = consistency }));
        Document? one = await documents.GetAsync(5, new ReadOptions { Consistency = consistency });
        record.AppendLine(one is null ? "5 is missing" : Describe(one));
        Add(record, await documents.SearchAsync(
            s_query, 12, new SearchOptions { Effort = SearchEffort.Exact, Consistency = consistency }));
        Add(record, await documents.SearchAsync(s_query, 5, new SearchOptions
        {
            Effort = SearchEffort.Exact,
            Filter = Filter.Field("value") < 5L,
            Consistency = consistency,
        }));
        await using NamespaceSnapshot snapshot = await documents.CreateSnapshotAsync(consistency);
        await AddCountsAsync(record, snapshot);
        return record.ToString();
    }

    private static async Task AddCountsAsync(StringBuilder record, NamespaceSnapshot snapshot)
    {
        long all = await snapshot.CountAsync();
        long some = await snapshot.CountAsync(Filter.Field("value") >= 3L);
        record.AppendLine(CultureInfo.InvariantCulture, $"{snapshot.Sequence}: {all} documents, {some} from 3 on");
    }

    private static async Task AddAsync(StringBuilder record, IAsyncEnumerable<Document> documents)
    {
        await foreach (Document document in documents)
        {
            record.AppendLine(Describe(document));
        }

        record.AppendLine();
    }

    private static void Add(StringBuilder record, SearchResults<Document> results)
    {
        foreach (SearchResult<Document> hit in results)
        {
            long bits = BitConverter.DoubleToInt64Bits(hit.Score);
            record.AppendLine(CultureInfo.InvariantCulture, $"{bits:x16} {Describe(hit.Record)}");
        }

        record.AppendLine();
    }

    private static string Describe(Document document)
    {
        float[] vector = document.Vector is { } value ? value.ToSingle().ToArray() : [];
        string bits = string.Join(' ', vector.Select(x => BitConverter.SingleToInt32Bits(x).ToString("x8")));
        return $"{document.Id} = {document["value"]} [{bits}]";
    }
}
