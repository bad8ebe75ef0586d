using System.Runtime.InteropServices;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>Builds a cell index: centers, cells, codes, and the measurements that say how many cells to scan.</summary>
/// <remarks>The same rows and seed give the same bytes, however many workers there are.</remarks>
internal sealed class IvfBuilder
{
    // Cells of about this many rows in all make one part of the work.
    private const int PartRows = 8192;

    private readonly VectorColumn _column;
    private readonly CodeKind _codes;
    private readonly int _seed;
    private readonly IWorkers _workers;
    private readonly StepProgress _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly CellAssignment _assignment;
    private readonly int[] _order;
    private readonly IvfCell[] _cells;
    private readonly float[] _coarseBases;
    private readonly float[] _coarseErrors;
    private readonly float[] _fineErrors;
    private readonly float[] _radii;
    private readonly float[] _codebooks;

    private IvfBuilder(
        VectorColumn column,
        CellAssignment assignment,
        CodeKind codes,
        int seed,
        IWorkers workers,
        StepProgress progress,
        CancellationToken cancellationToken)
    {
        _column = column;
        _assignment = assignment;
        _codes = codes;
        _seed = seed;
        _workers = workers;
        _progress = progress;
        _cancellationToken = cancellationToken;
        (_order, _cells) = Arrange(assignment);
        _coarseBases = new float[_cells.Length];
        _coarseErrors = new float[_cells.Length];
        _fineErrors = new float[_cells.Length];
        _radii = new float[_cells.Length];
        _codebooks = codes == CodeKind.Product ? TrainCodebooks() : [];
    }

    private MetricSpace Space => _assignment.Space;

    /// <summary>Builds an index over the rows of a column that have a vector.</summary>
    /// <param name="column">The vectors.</param>
    /// <param name="rowCount">How many rows the column has.</param>
    /// <param name="settings">What to build.</param>
    /// <param name="seed">Decides about everything that chance has a part in.</param>
    /// <param name="workers">Who builds.</param>
    /// <param name="progress">Told, from any thread, how many of how many steps are done; null for nobody.</param>
    /// <param name="cancellationToken">Abandons the work.</param>
    internal static IvfBuild Build(
        VectorColumn column,
        int rowCount,
        IndexSettings settings,
        int seed,
        IWorkers workers,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        long total = CellAssignment.CountSteps(rowCount) + rowCount;
        var steps = new StepProgress(progress, total);
        MetricSpace space = SpaceFinder.Find(column, rowCount, settings.Metric, seed);
        var assignment = CellAssignment.Make(column, rowCount, space, seed, workers, steps, cancellationToken);
        var builder = new IvfBuilder(column, assignment, settings.Codes, seed, workers, steps, cancellationToken);
        IvfBuild built = builder.Build();
        steps.AdvanceTo(total);
        return built;
    }

    /// <summary>Puts the rows of a cell side by side, in blocks of 32, and outsiders behind all cells.</summary>
    private static (int[] Order, IvfCell[] Cells) Arrange(CellAssignment assignment)
    {
        int[] counts = new int[assignment.CellCount];
        int outsiders = 0;
        foreach (int cell in assignment.Cells)
        {
            if (cell >= 0)
            {
                counts[cell]++;
            }

            outsiders += cell == CellAssignment.Outside ? 1 : 0;
        }

        var cells = new IvfCell[counts.Length];
        int[] next = new int[counts.Length];
        int block = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = new IvfCell(block, counts[i], Radius: 0, CoarseBase: 0, CoarseError: 0, FineError: 0);
            next[i] = block * BlockScan.Rows;
            block += cells[i].BlockCount;
        }

        int outside = block * BlockScan.Rows;
        int[] order = new int[outside + outsiders];
        order.AsSpan().Fill(-1);
        for (int row = 0; row < assignment.Cells.Length; row++)
        {
            int cell = assignment.Cells[row];
            if (cell >= 0)
            {
                order[next[cell]++] = row;
            }
            else if (cell == CellAssignment.Outside)
            {
                order[outside++] = row;
            }
        }

        return (order, cells);
    }

    private IvfBuild Build()
    {
        byte[] centers = EncodeCenters();
        NativeArray<byte> codes = EncodeCells();
        try
        {
            return Finish(centers, codes);
        }
        catch
        {
            codes.Free();
            throw;
        }
    }

    private IvfBuild Finish(byte[] centers, NativeArray<byte> codes)
    {
        for (int i = 0; i < _cells.Length; i++)
        {
            _cells[i] = _cells[i] with
            {
                Radius = _radii[i],
                CoarseBase = _coarseBases[i],
                CoarseError = _coarseErrors[i],
                FineError = _fineErrors[i],
            };
        }

        IvfHead head = MakeHead(GammaTable.Empty, 1);
        var searcher = new IvfSearcher(
            new IvfCells(
                head,
                new MemoryByteSource(centers),
                codes.Length == 0 ? null : new MemoryByteSource(codes.Memory),
                ordinals: null,
                _order.Length),
            new PermutedColumn(_column, _order),
            _order.Length);
        GammaTable gammas = new IvfCalibration(searcher, _column, _order, _seed).Measure(_workers, _cancellationToken);
        int probes = Math.Clamp((int)MathF.Ceiling(gammas.GetCellCount(0.95, 10)), 1, _cells.Length);
        return new IvfBuild(_order, IvfHeadCodec.Encode(MakeHead(gammas, probes)), centers, codes);
    }

    private IvfHead MakeHead(GammaTable gammas, int probeCount) => new()
    {
        Metric = Space.Metric,
        Codes = _codes,
        Dimensions = Space.Dimensions,
        MappedDimensions = Space.MappedDimensions,
        Seed = _seed,
        DefaultProbeCount = probeCount,
        OutsiderCount = _order.Length - ((_cells[^1].FirstBlock + _cells[^1].BlockCount) * BlockScan.Rows),
        LargestNorm = Space.LargestNorm,
        Mean = Space.Mean.ToArray(),
        Gammas = gammas,
        Cells = _cells,
        Codebooks = _codebooks,
    };

    private float[] TrainCodebooks()
    {
        const int SampleRows = 8192;
        int mapped = Space.MappedDimensions;
        int[] rows = [.. _order.Where(row => row >= 0 && _assignment.Cells[row] >= 0)];
        int count = Math.Min(rows.Length, SampleRows);
        float[] residuals = new float[count * mapped];
        float[] scratch = new float[Space.Dimensions];
        for (int i = 0; i < count; i++)
        {
            int row = rows[(long)i * rows.Length / count];
            MapResidual(row, scratch, residuals.AsSpan(i * mapped, mapped));
        }

        return ProductQuantizer.Train(residuals, mapped, _seed).Codebooks;
    }

    private byte[] EncodeCenters()
    {
        int mapped = Space.MappedDimensions;
        int count = _cells.Length;
        byte[] bytes = new byte[IvfFormat.GetCenterSizeBytes(count, mapped)];
        MemoryMarshal.AsBytes(_assignment.Centers.AsSpan()).CopyTo(bytes);
        int codesStart = count * mapped * sizeof(float);
        Span<float> factors = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(codesStart + (count * mapped)));
        float[] origin = new float[mapped];
        var quantizer = new ScalarQuantizer(mapped);
        for (int i = 0; i < count; i++)
        {
            CodeFactors code = quantizer.Encode(
                _assignment.Centers.AsSpan(i * mapped, mapped),
                origin,
                bytes.AsSpan(codesStart + (i * mapped), mapped));
            factors[i] = code.Add;
            factors[count + i] = code.Rescale;
        }

        return bytes;
    }

    private NativeArray<byte> EncodeCells()
    {
        int blockSizeBytes = IvfFormat.GetBlockSizeBytes(_codes, Space.MappedDimensions);
        var codes = new NativeArray<byte>(checked((_cells[^1].FirstBlock + _cells[^1].BlockCount) * blockSizeBytes));
        try
        {
            EncodeCells(codes, blockSizeBytes);
            return codes;
        }
        catch
        {
            codes.Free();
            throw;
        }
    }

    private void EncodeCells(NativeArray<byte> codes, int blockSizeBytes)
    {
        int mapped = Space.MappedDimensions;
        List<(int First, int End)> parts = SplitCells();
        _workers.Run(parts.Count, part =>
        {
            var encoder = new CellEncoder(_codes, mapped, _codebooks);
            float[] scratch = new float[Space.Dimensions];
            float[] residual = new float[mapped];
            for (int i = parts[part].First; i < parts[part].End; i++)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                IvfCell cell = _cells[i];
                Span<byte> bytes = codes.GetSpan().Slice(
                    cell.FirstBlock * blockSizeBytes, cell.BlockCount * blockSizeBytes);
                bytes.Clear(); // What is not written is padding.
                encoder.Begin(cell.BlockCount);
                float radius = 0;
                for (int position = 0; position < cell.RowCount; position++)
                {
                    int row = _order[(cell.FirstBlock * BlockScan.Rows) + position];
                    MapResidual(row, scratch, residual);
                    radius = Math.Max(radius, _assignment.SquaredDistances[row]);
                    encoder.Add(
                        bytes,
                        position,
                        residual,
                        _assignment.Centers.AsSpan(i * mapped, mapped),
                        Space.GetRowTerm(_column.GetNorms(row, 1)[0]));
                }

                encoder.End(bytes, cell.RowCount);
                _coarseBases[i] = encoder.CoarseBase;
                _coarseErrors[i] = encoder.CoarseError;
                _fineErrors[i] = encoder.FineError;
                _radii[i] = MathF.Sqrt(radius) * 1.0001f; // The distance came by another road than a query's will.
                _progress.Add(cell.RowCount);
            }
        });
    }

    private List<(int First, int End)> SplitCells()
    {
        var parts = new List<(int First, int End)>();
        int first = 0;
        int rows = 0;
        for (int i = 0; i < _cells.Length; i++)
        {
            rows += _cells[i].RowCount;
            if (rows >= PartRows || i == _cells.Length - 1)
            {
                parts.Add((first, i + 1));
                first = i + 1;
                rows = 0;
            }
        }

        return parts;
    }

    /// <summary>What is left of a row without its cell's center.</summary>
    private void MapResidual(int row, Span<float> scratch, Span<float> residual)
    {
        Space.Map(_column.GetVector(row), _column.GetNorms(row, 1)[0], scratch, residual);
        ReadOnlySpan<float> center = _assignment.Centers.AsSpan(
            _assignment.Cells[row] * residual.Length, residual.Length);
        for (int i = 0; i < residual.Length; i++)
        {
            residual[i] -= center[i];
        }
    }
}
