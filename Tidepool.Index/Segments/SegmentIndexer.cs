using System.Runtime.InteropServices;
using Tidepool.Index.Attributes;
using Tidepool.Index.Hnsw;
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
    private readonly List<IDisposable> _memory = [];
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
    /// <param name="progress">Told, from any thread, how many of how many steps of the current index are done, one for
    /// each row in each pass over rows; null for nobody.</param>
    /// <param name="cancellationToken">Abandons the work.</param>
    /// <returns>The order and the indexes; dispose it when the segment is written.</returns>
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
        try
        {
            foreach (IndexRequest request in requests)
            {
                indexer.Add(request);
            }

            return new SegmentIndexing(indexer._order, [.. indexer._sections], [.. indexer._memory]);
        }
        catch
        {
            indexer._memory.ForEach(owner => owner.Dispose());
            throw;
        }
    }

    private void Add(IndexRequest request)
    {
        if (request.Settings.Kind == IndexKind.Hnsw)
        {
            AddGraph(request);
        }
        else
        {
            AddCells(request);
        }
    }

    private OrderedColumn? FindColumn(string field)
    {
        VectorColumn?[] columns = [.. _sources.Select(source => source.GetVectors(field))];
        return columns.OfType<VectorColumn>().FirstOrDefault() is { } some
            ? new OrderedColumn(columns, _order, some.Dimensions)
            : null;
    }

    private void AddGraph(IndexRequest request)
    {
        if (FindColumn(request.Field) is not { } column)
        {
            return;
        }

        IndexSettings settings = request.Settings;
        if (!_isOrdered)
        {
            // Neighbours that lie side by side are read together, when the graph is built as when it is searched.
            MetricSpace space = SpaceFinder.Find(column, _order.Length, settings.Metric, request.Seed);
            var unseen = new StepProgress(report: null, total: 0); // A small part of what a graph takes.
            var cells = CellAssignment.Make(
                column, _order.Length, space, request.Seed, _workers, unseen, _cancellationToken);
            _order = SortByCell(_order, cells);
            _isOrdered = true;
            column = FindColumn(request.Field)!;
        }

        HnswBuild built = HnswBuilder.Build(
            column,
            _order.Length,
            column.Presence,
            settings.Metric,
            new HnswParameters(settings.M, settings.EfConstruction),
            settings.Codes,
            request.Seed,
            _workers,
            _progress,
            _cancellationToken);
        _memory.Add(built);
        _sections.Add(new IndexSection(SectionKind.HnswGraph, request.Field, built.GraphParts));
        if (built.CodeParts.Length > 0)
        {
            _sections.Add(new IndexSection(SectionKind.HnswCodes, request.Field, built.CodeParts));
        }
    }

    private void AddCells(IndexRequest request)
    {
        if (FindColumn(request.Field) is not { } column)
        {
            return;
        }

        IvfBuild built = IvfBuilder.Build(
            column, _order.Length, request.Settings, request.Seed, _workers, _progress, _cancellationToken);
        _memory.Add(built);
        Add(SectionKind.IvfHead, request.Field, built.Head);
        Add(SectionKind.IvfCenters, request.Field, built.Centers);
        if (built.Codes.Length > 0)
        {
            _sections.Add(new IndexSection(SectionKind.IvfCodes, request.Field, [built.Codes.Memory]));
        }

        if (_isOrdered)
        {
            Add(SectionKind.IvfOrdinals, request.Field, MemoryMarshal.AsBytes<int>(built.Order).ToArray());
            return;
        }

        _order = Reorder(built.Order, column);
        _isOrdered = true;
    }

    private void Add(SectionKind kind, string field, byte[] bytes) =>
        _sections.Add(new IndexSection(kind, field, [bytes]));

    /// <summary>The rows of a cell side by side, as they were; first those that are in none.</summary>
    private static RowLocation[] SortByCell(RowLocation[] order, CellAssignment assignment)
    {
        // Room before the first cell for those that are outside, and those that are absent.
        const int Before = -CellAssignment.Outside;
        int[] next = new int[assignment.CellCount + Before + 1];
        foreach (int cell in assignment.Cells)
        {
            next[cell + Before + 1]++;
        }

        for (int i = 1; i < next.Length; i++)
        {
            next[i] += next[i - 1];
        }

        var sorted = new RowLocation[order.Length];
        for (int row = 0; row < order.Length; row++)
        {
            sorted[next[assignment.Cells[row] + Before]++] = order[row];
        }

        return sorted;
    }

    /// <summary>The rows in the order of an index, and behind them those that it does not hold.</summary>
    private RowLocation[] Reorder(int[] positions, OrderedColumn column)
    {
        int placed = positions.Count(row => row >= 0);
        var reordered = new RowLocation[positions.Length + _order.Length - placed];
        int end = 0;
        foreach (int row in positions)
        {
            reordered[end++] = row < 0 ? RowLocation.Padding : _order[row];
        }

        for (int row = 0; row < _order.Length; row++)
        {
            if (!column.HasVector(row))
            {
                reordered[end++] = _order[row];
            }
        }

        return reordered;
    }
}
