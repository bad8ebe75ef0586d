using System.Collections;

namespace Tidepool;

/// <summary>Hits, best first, with what the query cost. Equal scores are in the order of ids.</summary>
/// <typeparam name="TRecord">What was searched for.</typeparam>
public sealed class SearchResults<TRecord> : IReadOnlyList<SearchResult<TRecord>>
{
    private readonly IReadOnlyList<SearchResult<TRecord>> _hits;

    internal SearchResults(
        IReadOnlyList<SearchResult<TRecord>> hits, bool higherIsBetter, QueryStatistics statistics)
    {
        _hits = hits;
        HigherIsBetter = higherIsBetter;
        Statistics = statistics;
    }

    /// <inheritdoc/>
    public int Count => _hits.Count;

    /// <summary>Which way <see cref="SearchResult{TRecord}.Score"/> and <see cref="SearchOptions.ScoreThreshold"/> run:
    /// true for similarities, false for distances.</summary>
    public bool HigherIsBetter { get; }

    /// <summary>What the query cost.</summary>
    public QueryStatistics Statistics { get; }

    /// <inheritdoc/>
    public SearchResult<TRecord> this[int index] => _hits[index];

    /// <inheritdoc/>
    public IEnumerator<SearchResult<TRecord>> GetEnumerator() => _hits.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
