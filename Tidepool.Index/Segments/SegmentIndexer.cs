using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Segments;

/// <summary>Orders the rows of a segment to be built and builds the indexes of its vector fields.</summary>
internal static class SegmentIndexer
{
    /// <summary>Builds indexes.</summary>
    /// <param name="requests">One for each field that is to have an index; the first decides on the order.</param>
    /// <param name="sources">Where the rows come from; must not change before the segment is written.</param>
    /// <param name="order">The rows.</param>
    /// <param name="workers">Who builds.</param>
    /// <param name="progress">Told how many of how many rows are indexed; null for nobody.</param>
    /// <param name="cancellationToken">Abandons the work.</param>
    internal static SegmentIndexing Build(
        IReadOnlyList<IndexRequest> requests,
        IReadOnlyList<IRowSource> sources,
        RowLocation[] order,
        IWorkers workers,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new SegmentIndexing(order, []);
    }
}
