using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Index.Vectors;
using Tidepool.Model;
using Tidepool.Querying;
using Tidepool.Segments;
using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>Reads of segments that are there only in part: what turns out to be missing is fetched, and the read made
/// again.</summary>
/// <remarks>A read cannot take what is missing for anything else, since no byte is handed out before its block was
/// checked.</remarks>
internal static class PartialReads
{
    /// <summary>A read that still misses something after so many times waits for the whole segments.</summary>
    private const int MaxTries = 24;

    /// <summary>The same for a search, which fetches more each time.</summary>
    private const int MaxSearches = 4;

    /// <summary>Makes a read.</summary>
    internal static async ValueTask<TResult> RunAsync<TArgument, TResult>(
        SegmentSet segments,
        Func<TArgument, TResult> read,
        TArgument argument,
        CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            AbsentBytesException absent;
            try
            {
                return read(argument);
            }
            catch (AbsentBytesException exception)
            {
                absent = exception;
            }

            await (tries < MaxTries
                ? FetchAsync(segments, absent, cancellationToken)
                : segments.CompleteAsync(cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>Searches, and starts to fetch the rest of the segments behind the answer.</summary>
    /// <param name="executor">Searches what is there.</param>
    /// <param name="snapshot">Where to search.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="withAttributes">Whether the attributes of hits are read afterwards.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The hits, and what was done to find them; of that, the hits are not valid.</returns>
    internal static async ValueTask<(Hit[] Hits, SearchOutcome Outcome)> SearchAsync(
        QueryExecutor executor,
        Snapshot snapshot,
        VectorQuery query,
        bool withAttributes,
        CancellationToken cancellationToken)
    {
        AbsentBytesException? absent = null;
        for (int tries = 0; ; tries++)
        {
            try
            {
                await Task.WhenAll(
                    absent is null ? Task.CompletedTask : FetchAsync(snapshot.Segments, absent, cancellationToken),
                    PrepareAsync(snapshot, query, withAttributes, tries, cancellationToken)).ConfigureAwait(false);
                SearchOutcome outcome = executor.Search(snapshot, query, cancellationToken);
                return (outcome.Hits.Hits.ToArray(), outcome);
            }
            catch (AbsentBytesException exception)
            {
                absent = exception;
            }
        }
    }

    /// <summary>Fetches what is not there yet, and lets nobody wait for it.</summary>
    internal static void CompleteInBackground(SegmentSet segments)
    {
        foreach (SegmentHandle segment in segments.Handles)
        {
            // Whoever needs what could not be fetched tries again, and hears why it fails.
            segment.CompleteAsync(CancellationToken.None).ContinueWith(
                static task => _ = task.Exception,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private static Task PrepareAsync(
        Snapshot snapshot, VectorQuery query, bool withAttributes, int tries, CancellationToken cancellationToken)
    {
        return Task.WhenAll(snapshot.Sources
            .Where(source => source.Segment is { IsComplete: false })
            .Select(PrepareAsync));

        async Task PrepareAsync(SnapshotSource source)
        {
            List<ByteRange>? ranges = await RunAsync(
                snapshot.Segments,
                static read => Forecast(read.source, read.query, read.tries),
                (source, query, tries),
                cancellationToken).ConfigureAwait(false);
            if (withAttributes)
            {
                ranges?.AddRange(SegmentForecast.OfAttributes(source.Segment!.Reader.Header));
            }

            await (ranges is null
                ? source.Segment!.CompleteAsync(cancellationToken)
                : source.Segment!.FetchAsync(ranges, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>What a search of one segment will probably read; null when it may be anything.</summary>
    private static List<ByteRange>? Forecast(SnapshotSource source, in VectorQuery query, int tries)
    {
        if (query.Filter is not null || query.Aim.IsExact || tries >= MaxSearches)
        {
            return null;
        }

        SegmentHandle segment = source.Segment!;
        IVectorIndex? index = segment.FindIndex(query.Field);
        if (!SourcePlanner.UsesIndex(query.Aim, query.HitCount, source.DocumentCount, source.LiveCount, index))
        {
            return null;
        }

        var indexQuery = new IndexQuery
        {
            Vector = query.Vector.Span,
            Norm = query.Norm,
            K = query.HitCount,
            RecallTarget = query.Aim.RecallTarget,
            Breadth = SourcePlanner.GetBreadth(query.Aim, index!.Settings.Kind),
            SelectedCount = source.LiveCount,
        };
        double factor = Math.Pow(2, tries);
        List<ByteRange> ranges = [];
        return SegmentForecast.TryAdd(segment.Reader, query.Field, indexQuery, factor, ranges) ? ranges : null;
    }

    private static Task FetchAsync(
        SegmentSet segments, AbsentBytesException absent, CancellationToken cancellationToken)
    {
        foreach (SegmentHandle segment in segments.Handles)
        {
            if (ReferenceEquals(segment.Reader.Blocks, absent.Blocks))
            {
                return segment.FetchAsync(
                    [SegmentForecast.Widen(segment.Reader.Header, absent.Range)], cancellationToken);
            }
        }

        throw new InvalidOperationException("A read touched a segment that it had not pinned.", absent);
    }
}
