using Tidepool.Benchmarks.Datasets;

namespace Tidepool.Benchmarks.Ann;

/// <summary>Queries with one filter, and their exact answers.</summary>
internal sealed class AnnWorkload
{
    /// <summary>How many hits are wanted.</summary>
    internal const int Top = 10;

    /// <summary>Queries of a correlated filter lie in the other half: this is where it begins.</summary>
    private const int FarHalf = 500;

    private AnnWorkload(AnnFilter? filter, ReadOnlyMemory<float>[] queries, ReadOnlyMemory<int>[] truth)
    {
        Filter = filter;
        Queries = queries;
        Truth = truth;
    }

    internal AnnFilter? Filter { get; }

    internal ReadOnlyMemory<float>[] Queries { get; }

    /// <summary>Per query the ids of the true hits, at most <see cref="Top"/>.</summary>
    internal ReadOnlyMemory<int>[] Truth { get; }

    /// <summary>Queries whose answers the data set brings.</summary>
    internal static AnnWorkload OfDataset(VectorDataset data, AnnFilter? filter, int? queryCount)
    {
        VectorTable<int> truth = data.ReadTruth(filter?.Limit);
        int count = Math.Min(queryCount ?? int.MaxValue, data.Queries.Count);
        int width = Math.Min(Top, truth.Width);
        return new AnnWorkload(
            filter,
            [.. Enumerable.Range(0, count).Select(query => data.Queries[query])],
            [.. Enumerable.Range(0, count).Select(query => truth[query][..width])]);
    }

    /// <summary>Queries from the side that the filter does not choose, answered by exact searches.</summary>
    internal static async Task<AnnWorkload> OfCorrelatedAsync(
        VectorDataset data,
        SpreadRanks ranks,
        AnnFilter filter,
        int? queryCount,
        TidepoolNamespace vectors,
        CancellationToken cancellationToken)
    {
        ReadOnlyMemory<float>[] queries =
        [
            .. Enumerable.Range(0, data.Queries.Count)
                .Select(query => data.Queries[query])
                .Where(query => ranks.RankOf(query.Span) >= FarHalf)
                .Take(queryCount ?? int.MaxValue),
        ];
        var options = new SearchOptions
        {
            Effort = SearchEffort.Exact,
            Filter = filter.Condition,
            IncludeAttributes = false,
        };
        var truth = new ReadOnlyMemory<int>[queries.Length];
        for (int query = 0; query < queries.Length; query++)
        {
            SearchResults<Document> hits = await vectors.SearchAsync(queries[query], Top, options, cancellationToken);
            truth[query] = hits.Select(hit => (int)IdOf(hit)).ToArray();
        }

        return new AnnWorkload(filter, queries, truth);
    }

    /// <summary>The share of the true hits that were found.</summary>
    /// <param name="found"><see cref="Top"/> ids a query, -1 where there is none.</param>
    internal double MeasureRecall(ReadOnlySpan<long> found)
    {
        long hits = 0;
        long expected = 0;
        for (int query = 0; query < Queries.Length; query++)
        {
            ReadOnlySpan<long> ids = found.Slice(query * Top, Top);
            foreach (int id in Truth[query].Span)
            {
                hits += ids.Contains(id) ? 1 : 0;
                expected++;
            }
        }

        return (double)hits / expected;
    }

    internal static long IdOf(SearchResult<Document> hit) =>
        hit.Record.Id.TryGetInt64(out long id) ? id : throw new InvalidDataException($"Unknown id {hit.Record.Id}.");
}
