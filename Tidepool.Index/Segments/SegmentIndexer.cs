using System.Runtime.InteropServices;
using Tidepool.Index.Attributes;
using Tidepool.Index.Ivf;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Segments;

/// <summary>Orders the rows of a segment to be built and builds the indexes of its vector fields.</summary>
/// <remarks>The same rows, requests and one worker give the same indexes.</remarks>
internal sealed class SegmentIndexer
{
    private readonly IReadOnlyList<IRowSource> _sources;
    private readonly IWorkers _workers;
    private readonly Action<long, long>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly List<IndexSection> _sections = [];
    private RowLocation[] _order;
    private bool _isOrdered;

    private SegmentIndexer(
        IReadOnlyList<IRowSource> sources,
        RowLocation[] order,
        IWorkers workers,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        _sources = sources;
        _order = order;
        _workers = workers;
        _progress = progress;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Builds indexes.</summary>
    /// <param name="requests">One for each field that is to have an index; the first decides on the order.</param>
    /// <param name="sources">Where the rows come from; must not change before the segment is written.</param>
    /// <param name="order">The rows, without padding.</param>
    /// <param name="workers">Who builds.</param>
    /// <param name="progress">Told, from any thread, how many of how many rows of the current index are done; null
    /// for nobody.</param>
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
        var indexer = new SegmentIndexer(sources, order, workers, progress, cancellationToken);
        foreach (IndexRequest request in requests)
        {
            indexer.AddCells(request);
        }

        return new SegmentIndexing(indexer._order, [.. indexer._sections]);
    }

    private void AddCells(IndexRequest request)
    {
        VectorColumn?[] columns = [.. _sources.Select(source => source.GetVectors(request.Field))];
        if (columns.OfType<VectorColumn>().FirstOrDefault() is not { } some)
        {
            return;
        }

        var column = new OrderedColumn(columns, _order, some.Dimensions);
        long total = _order.Length;
        IvfBuild built = IvfBuilder.Build(
            column, _order.Length, request.Settings, request.Seed, _workers, Report, _cancellationToken);
        Add(SectionKind.IvfHead, request.Field, built.Head);
        Add(SectionKind.IvfCenters, request.Field, built.Centers);
        if (built.Codes.Length > 0)
        {
            Add(SectionKind.IvfCodes, request.Field, built.Codes);
        }

        if (_isOrdered)
        {
            Add(SectionKind.IvfOrdinals, request.Field, MemoryMarshal.AsBytes<int>(built.Order).ToArray());
            return;
        }

        _order = Reorder(built.Order, column);
        _isOrdered = true;

        void Report(long done) => _progress?.Invoke(done, total);
    }

    private void Add(SectionKind kind, string field, byte[] bytes) =>
        _sections.Add(new IndexSection(kind, field, [bytes]));

    /// <summary>The rows in the order of an index, and behind them those that it does not hold.</summary>
    private RowLocation[] Reorder(int[] positions, OrderedColumn column)
    {
        var reordered = new List<RowLocation>(positions.Length);
        foreach (int row in positions)
        {
            reordered.Add(row < 0 ? RowLocation.Padding : _order[row]);
        }

        for (int row = 0; row < _order.Length; row++)
        {
            if (!column.HasVector(row))
            {
                reordered.Add(_order[row]);
            }
        }

        return [.. reordered];
    }
}
