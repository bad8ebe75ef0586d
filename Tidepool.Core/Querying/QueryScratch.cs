using Tidepool.Index.Bitmaps;
using Tidepool.Index.Ranking;

namespace Tidepool.Querying;

/// <summary>What one thread needs to run a query, kept for its next one.</summary>
internal sealed class QueryScratch
{
    [ThreadStatic]
    private static QueryScratch? s_ofThisThread;

    private RowBitmap?[] _selections = [];
    private ScoredRow[] _rows = [];
    private SourcePlan[] _plans = [];

    internal static QueryScratch OfThisThread => s_ofThisThread ??= new QueryScratch();

    internal TopK TopK { get; } = new();

    internal SourceOrder Order { get; } = new();

    internal HitList Hits { get; } = new();

    internal Span<ScoredRow> GetRows(int count)
    {
        if (_rows.Length < count)
        {
            _rows = new ScoredRow[count];
        }

        return _rows.AsSpan(0, count);
    }

    /// <summary>Room for a plan for each source; clear it after the query.</summary>
    internal SourcePlan[] GetPlans(int count)
    {
        if (_plans.Length < count)
        {
            _plans = new SourcePlan[count + 8];
        }

        return _plans;
    }

    /// <summary>A bitmap for the rows of a source that match the filter.</summary>
    internal RowBitmap GetSelection(int source)
    {
        if (_selections.Length <= source)
        {
            System.Array.Resize(ref _selections, source + 8);
        }

        return _selections[source] ??= new RowBitmap();
    }
}
