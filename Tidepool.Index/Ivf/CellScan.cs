using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Quantization;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>Takes the rows of one cell after the other through the cascade, from coarse codes to candidates.</summary>
/// <remarks>A row leaves the cascade as soon as a lower bound of its key is above the k-th smallest upper bound
/// known.</remarks>
internal ref struct CellScan
{
    // Blocks whose codes are asked for before they are scanned.
    private const int BlocksAhead = 2;

    private readonly IvfSearcher _index;
    private readonly IvfHead _head;
    private readonly VectorColumn _rows;
    private readonly IndexQuery _query;
    private readonly CellSelection _selection;
    private readonly TopK _top;
    private readonly IvfScratch _scratch;
    private readonly CandidateQueue _candidates;
    private readonly CodedQuery _coded;
    private readonly float _codeOffset;
    private readonly int _coarseSizeBytes;
    private readonly int _fineRowSizeBytes;
    private FineRows _waiting;
    private int _waitingCount;
    private int _seedCount;
    private IndexCounters _counters;

    internal CellScan(IvfSearcher index, VectorColumn rows, in IndexQuery query, TopK top, IvfScratch scratch)
    {
        _index = index;
        _head = index.Cells.Head;
        _rows = rows;
        _query = query;
        _selection = new CellSelection(query.Selected, index.Cells.Ordinals);
        _top = top;
        _scratch = scratch;
        _candidates = scratch.Candidates;
        _coded = new CodedQuery(index, query, scratch);
        _codeOffset = -127.5f * _coded.CodeScale * _coded.CodeSum;
        int mapped = _head.MappedDimensions;
        _coarseSizeBytes = IvfFormat.GetCoarseSizeBytes(_head.Codes, mapped);
        _fineRowSizeBytes = IvfFormat.GetFineRowSizeBytes(_head.Codes, mapped);
        _candidates.Reset(query.K, Widen(index.Space.ToKey(top.Bound, query.Norm)));
    }

    /// <summary>Whether rows become candidates; otherwise they are compared by their vector at once.</summary>
    internal readonly bool HasCodes => _head.Codes != CodeKind.None;

    /// <summary>Whether k rows were found.</summary>
    internal readonly bool IsFull => HasCodes ? _candidates.IsFull : _top.Count >= _query.K;

    /// <summary>No row with a larger key is among the k nearest.</summary>
    internal readonly float Threshold =>
        HasCodes ? _candidates.Threshold : Widen(_index.Space.ToKey(_top.Bound, _query.Norm));

    /// <summary>Of the mapped query.</summary>
    internal readonly float SquaredNorm => _coded.SquaredNorm;

    /// <summary>What was done so far.</summary>
    internal readonly IndexCounters Counters => _counters;

    /// <summary>How many rows the cells hold that were scanned or passed over, selected or not.</summary>
    internal long PassedRows { get; private set; }

    /// <summary>The approximate keys of all centers.</summary>
    internal readonly void MeasureCenters(Span<float> keys)
    {
        _index.Cells.Measure(
            _coded.Code, _coded.CodeSum, _coded.CodeScale, SquaredNorm, _scratch.GetCodeSums(keys.Length), keys);
        for (int cell = 0; cell < _index.CellTerms.Length; cell++)
        {
            keys[cell] += _index.CellTerms[cell];
        }
    }

    /// <summary>Keys come by other roads than distances, so that equal ones may differ in their last bits.</summary>
    private static float Widen(float key) => key + (MathF.Abs(key) * 1e-5f) + float.Epsilon;

    /// <summary>Scans a cell; the first one also looks for rows to start with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Scan(int number, bool isFirst)
    {
        ref readonly IvfCell cell = ref _head.Cells[number];
        if (cell.RowCount == 0)
        {
            return;
        }

        PassedRows += cell.RowCount;
        float squared = Float32Kernels.SquaredEuclidean(_coded.Vector, _index.Cells.GetCenter(number));
        float distance = MathF.Sqrt(squared);
        float gap = distance - cell.Radius;
        if (_head.Metric != Metric.DotProduct && gap > 0 && gap * gap > Threshold && IsFull)
        {
            return;
        }

        _counters.Visited++;
        if (!HasCodes)
        {
            ScanVectors(cell);
            return;
        }

        ReadOnlySpan<byte> codes = _index.Cells.GetCodes(cell);
        BlockBounds bounds = _coded.Bounds with
        {
            CenterSquared = squared,
            Error = _coded.Bounds.Error + (cell.CoarseError * distance),
        };
        if (_fineRowSizeBytes == 0)
        {
            ScanCoarse(cell, codes, bounds);
            return;
        }

        int coarse = cell.BlockCount * _coarseSizeBytes;
        ReadOnlySpan<byte> fine = codes.Slice(coarse, cell.BlockCount * BlockScan.Rows * _fineRowSizeBytes);
        ReadOnlySpan<float> factors = MemoryMarshal.Cast<byte, float>(codes[(coarse + fine.Length)..]);
        var rows = new FineRows(
            fine,
            factors,
            cell,
            squared,
            distance,
            _coded.CodeSlack * cell.Radius);
        if (isFirst)
        {
            ScanSeeds(cell, codes[..coarse], bounds, rows);
        }

        ScanBlocks(cell, codes[..coarse], bounds, rows);
        if (isFirst)
        {
            CompareWaiting();
        }
    }

    /// <summary>Asks for the beginning of a cell that is scanned after the current one.</summary>
    internal readonly void Prefetch(int number)
    {
        ref readonly IvfCell cell = ref _head.Cells[number];
        if (HasCodes && cell.RowCount > 0)
        {
            int size = Math.Min(cell.BlockCount, BlocksAhead) * _coarseSizeBytes;
            Distance.Prefetch.Read(_index.Cells.GetCodes(cell)[..size]);
        }
    }

    /// <summary>Compares the candidates' vectors, those with the lowest bounds first, until the rest cannot be nearer.
    /// </summary>
    internal void Rerank()
    {
        CompareWaiting();
        _candidates.Finish();
        ReadOnlySpan<int> positions = _candidates.Positions;
        ReadOnlySpan<float> lower = _candidates.LowerBounds;
        bool isInOrder = _index.Cells.IsInOrder;
        int ahead = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            for (; ahead < Math.Min(positions.Length, i + 8); ahead++)
            {
                int next = isInOrder ? positions[ahead] : _index.Cells.Ordinals[positions[ahead]];
                Distance.Prefetch.Read(_rows.GetVector(next));
            }

            if (lower[i] > Widen(_index.Space.ToKey(_top.Bound, _query.Norm)))
            {
                break;
            }

            Measure(isInOrder ? positions[i] : _index.Cells.Ordinals[positions[i]]);
        }
    }

    /// <summary>The rows of a cell of an index without codes.</summary>
    private void ScanVectors(in IvfCell cell)
    {
        int first = cell.FirstBlock * BlockScan.Rows;
        _counters.CoarseScored += cell.RowCount;
        if (_index.Cells.IsInOrder)
        {
            _counters.ExactScored += FlatSearcher.Search(
                _head.Metric,
                _rows,
                _query.Vector,
                _query.Norm,
                first,
                first + cell.RowCount,
                _query.Selected,
                _top);
            return;
        }

        foreach (int ordinal in _index.Cells.Ordinals.Slice(first, cell.RowCount))
        {
            if (_selection.Holds(ordinal))
            {
                Measure(ordinal);
            }
        }
    }

    /// <summary>The rows of a cell of an index with coarse codes only: their estimates stand for fine ones.</summary>
    private void ScanCoarse(in IvfCell cell, ReadOnlySpan<byte> blocks, in BlockBounds bounds)
    {
        Span<float> estimates = _scratch.GetEstimates(BlockScan.Rows);
        int first = cell.FirstBlock * BlockScan.Rows;
        for (int b = 0; b < cell.BlockCount; b++)
        {
            uint wanted = _selection.GetRows(cell, b);
            if (wanted == 0)
            {
                continue;
            }

            _counters.CoarseScored += BitOperations.PopCount(wanted);
            ReadOnlySpan<byte> block = blocks.Slice(b * _coarseSizeBytes, _coarseSizeBytes);
            uint near = BlockScan.SelectBelow(block, _coded.Table, bounds, _candidates.Threshold) & wanted;
            if (near == 0)
            {
                continue;
            }

            BlockScan.Estimate(block, _coded.Table, bounds, estimates);
            ReadOnlySpan<float> factors = MemoryMarshal.Cast<byte, float>(block[_coded.Table.Length..]);
            for (; near != 0; near &= near - 1)
            {
                int row = BitOperations.TrailingZeroCount(near);
                float error = -factors[BlockScan.Rows + row] * bounds.Error;
                _candidates.Offer(
                    estimates[row] - error, estimates[row] + error, first + (b * BlockScan.Rows) + row);
            }
        }
    }

    /// <summary>Compares the k rows of the first cell that look nearest by their fine codes, so that the threshold is
    /// close before the scan begins.</summary>
    private void ScanSeeds(in IvfCell cell, ReadOnlySpan<byte> blocks, in BlockBounds bounds, in FineRows rows)
    {
        Span<float> estimates = _scratch.GetEstimates(2 * cell.BlockCount * BlockScan.Rows);
        int[] seeds = _scratch.GetSeeds(cell.BlockCount * BlockScan.Rows);
        int count = 0;
        Span<float> some = estimates[(cell.BlockCount * BlockScan.Rows)..];
        for (int b = 0; b < cell.BlockCount; b++)
        {
            uint wanted = _selection.GetRows(cell, b);
            if (wanted == 0)
            {
                continue;
            }

            BlockScan.Estimate(
                blocks.Slice(b * _coarseSizeBytes, _coarseSizeBytes), _coded.Table, bounds, some[..BlockScan.Rows]);
            for (; wanted != 0; wanted &= wanted - 1)
            {
                int row = BitOperations.TrailingZeroCount(wanted);
                estimates[count] = some[row];
                seeds[count++] = (b * BlockScan.Rows) + row;
            }
        }

        _seedCount = Math.Min(_query.K, count);
        NearestFirst.Select(estimates[..count], seeds.AsSpan(0, count), _seedCount);
        for (int i = 0; i < _seedCount; i++)
        {
            Compare(rows, seeds[i]);
        }

        seeds.AsSpan(0, _seedCount).Sort();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScanBlocks(in IvfCell cell, ReadOnlySpan<byte> blocks, in BlockBounds bounds, in FineRows rows)
    {
        int[] pending = _scratch.Pending;
        int count = 0;
        int seed = 0;
        int scored = 0;
        for (int b = 0; b < cell.BlockCount; b++)
        {
            uint wanted = _selection.GetRows(cell, b);
            if (wanted == 0)
            {
                continue;
            }

            int start = b * _coarseSizeBytes;
            int ahead = start + (BlocksAhead * _coarseSizeBytes);
            if (ahead < blocks.Length)
            {
                Distance.Prefetch.Read(blocks.Slice(ahead, _coarseSizeBytes));
            }

            scored += BitOperations.PopCount(wanted);
            for (; seed < _seedCount && _scratch.Seeds[seed] < (b + 1) * BlockScan.Rows; seed++)
            {
                wanted &= ~(1u << (_scratch.Seeds[seed] - (b * BlockScan.Rows)));
            }

            uint near = wanted & BlockScan.SelectBelow(
                blocks.Slice(start, _coarseSizeBytes), _coded.Table, bounds, _candidates.Threshold);
            for (; near != 0; near &= near - 1)
            {
                int row = (b * BlockScan.Rows) + BitOperations.TrailingZeroCount(near);
                Distance.Prefetch.Read(rows.Codes.Slice(row * _fineRowSizeBytes, _fineRowSizeBytes));
                Distance.Prefetch.Read(rows.Factors.Slice(2 * row, 2));
                pending[count++] = row;
            }

            if (count >= IvfScratch.PendingRows)
            {
                Compare(rows, pending.AsSpan(0, count));
                count = 0;
            }
        }

        // Until the next cell was scanned, the codes that were asked for have arrived.
        CompareWaiting();
        _waiting = rows;
        _waitingCount = count;
        _scratch.SwapPending();
        _counters.CoarseScored += scored;
        _seedCount = 0;
    }

    private void CompareWaiting()
    {
        Compare(_waiting, _scratch.Waiting.AsSpan(0, _waitingCount));
        _waitingCount = 0;
    }

    private void Compare(in FineRows rows, ReadOnlySpan<int> numbers)
    {
        foreach (int row in numbers)
        {
            Compare(rows, row);
        }
    }

    /// <summary>Compares a row of a cell by its fine code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Compare(in FineRows rows, int row)
    {
        _counters.FineScored++;
        ReadOnlySpan<byte> code = rows.Codes.Slice(row * _fineRowSizeBytes, _fineRowSizeBytes);
        float add = rows.Factors[2 * row];
        float factor = rows.Factors[(2 * row) + 1];
        float estimate;
        float error;
        if (_head.Codes == CodeKind.Scalar8)
        {
            float product = (_coded.CodeScale * ByteDot.Compute(_coded.Code, code)) + _codeOffset;
            estimate = add + rows.CenterSquared + (factor * product);
            error = rows.Slack - (rows.Cell.FineError * factor * rows.CenterDistance);
        }
        else
        {
            estimate = add + rows.CenterSquared
                - (2 * HalfRows.Dot(_coded.Vector, MemoryMarshal.Cast<byte, Half>(code)));
            error = factor * rows.CenterDistance;
        }

        _candidates.Offer(
            estimate - error, estimate + error, (rows.Cell.FirstBlock * BlockScan.Rows) + row);
    }

    private void Measure(int ordinal)
    {
        _counters.ExactScored++;
        float distance = ExactDistance.Measure(_head.Metric, _rows, _query.Vector, _query.Norm, ordinal);
        if (distance <= _top.Bound)
        {
            _top.Offer(distance, ordinal);
        }
    }
}
