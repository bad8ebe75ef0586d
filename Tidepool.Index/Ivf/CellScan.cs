using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tidepool.Index.Distance;
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

    // How far the rounding of a fine code's factors may put off what they make, by its size.
    private const float FactorError = 1.1f * Float24.RoundingError;

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
        _candidates.Reset(query.K, Reranking.Widen(index.Space.ToKey(top.Bound, query.Norm)));
    }

    /// <summary>Whether rows become candidates; otherwise they are compared by their vector at once.</summary>
    internal readonly bool HasCodes => _head.Codes != CodeKind.None;

    /// <summary>Whether k rows were found.</summary>
    internal readonly bool IsFull => HasCodes ? _candidates.IsFull : _top.Count >= _query.K;

    /// <summary>No row with a larger key is among the k nearest.</summary>
    internal readonly float Threshold =>
        HasCodes ? _candidates.Threshold : Reranking.Widen(_index.Space.ToKey(_top.Bound, _query.Norm));

    /// <summary>Of the mapped query.</summary>
    internal readonly float SquaredNorm => _coded.SquaredNorm;

    /// <summary>What was done so far.</summary>
    internal readonly IndexCounters Counters => _counters;

    /// <summary>How many rows the cells hold that were scanned or passed over, selected or not.</summary>
    internal long PassedRows { get; private set; }

    /// <summary>What was done so far, in comparisons of a row by its coarse code.</summary>
    internal readonly long Work => PassedRows + (IvfFormat.FineWork * _counters.FineScored);

    /// <summary>The approximate keys of all centers.</summary>
    internal readonly void MeasureCenters(Span<float> keys)
    {
        Span<sbyte> code = _scratch.GetCenterCode(_coded.Vector.Length);
        _index.Cells.Measure(_coded.Vector, SquaredNorm, code, _scratch.GetCodeSums(keys.Length), keys);
        for (int cell = 0; cell < _index.CellTerms.Length; cell++)
        {
            keys[cell] += _index.CellTerms[cell];
        }
    }

    /// <summary>Scans the first cells together: the rows that look nearest in any of them are compared first, so that
    /// the threshold is close to its last value before all others are held to it.</summary>
    internal void ScanFirst(scoped ReadOnlySpan<int> numbers)
    {
        if (_fineRowSizeBytes == 0)
        {
            foreach (int number in numbers)
            {
                Scan(number);
            }

            return;
        }

        int count = 0;
        foreach (int number in numbers)
        {
            count += _head.Cells[number].BlockCount * BlockScan.Rows;
        }

        Span<float> estimates = _scratch.GetLower(count);
        Span<float> rest = estimates;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (i + 1 < numbers.Length)
            {
                Prefetch(numbers[i + 1]);
            }

            rest = rest[Estimate(numbers[i], rest)..];
        }

        float limit = _scratch.Smallest.Find(estimates, _query.K);
        CompareFirst(numbers, estimates, limit, isRest: false);
        CompareFirst(numbers, estimates, limit, isRest: true);
    }

    /// <summary>Scans a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Scan(int number)
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
            _counters.CoarseScored += cell.RowCount;
            _counters.ExactScored += Reranking.OfferCell(_index, _rows, _query, cell, _top);
            return;
        }

        ReadOnlySpan<byte> codes = _index.Cells.GetCodes(cell);
        BlockBounds bounds = _coded.GetBounds(cell, squared);
        if (_fineRowSizeBytes == 0)
        {
            ScanCoarse(cell, codes, bounds);
            return;
        }

        ScanBlocks(cell, codes, bounds, MakeRows(cell, codes, squared));
    }

    /// <summary>Asks for the beginning of a cell that is scanned after the current one.</summary>
    internal readonly void Prefetch(int number)
    {
        ref readonly IvfCell cell = ref _head.Cells[number];
        if (HasCodes && cell.RowCount > 0)
        {
            int size = Math.Min(cell.BlockCount, BlocksAhead) * _coarseSizeBytes;
            Distance.Prefetch.Read(_index.Cells.GetCodes(cell)[..size]);
            Distance.Prefetch.Read(_index.Cells.GetCenter(number));
        }
    }

    /// <summary>Compares the candidates' vectors.</summary>
    internal void Rerank()
    {
        CompareWaiting();
        _counters.ExactScored += Reranking.Run(_index, _rows, _query, _candidates, _top);
    }

    private readonly FineRows MakeRows(in IvfCell cell, ReadOnlySpan<byte> codes, float centerSquared) =>
        FineRows.Of(
            cell, codes, _coarseSizeBytes, _fineRowSizeBytes, centerSquared, _coded.CodeSlack * cell.Radius);

    /// <summary>Writes the estimates of a cell's positions, infinite where there is no selected row.</summary>
    /// <returns>How many positions the cell has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Estimate(int number, Span<float> estimates)
    {
        ref readonly IvfCell cell = ref _head.Cells[number];
        if (cell.RowCount == 0)
        {
            return 0;
        }

        _counters.Visited++;
        PassedRows += cell.RowCount;
        float squared = Float32Kernels.SquaredEuclidean(_coded.Vector, _index.Cells.GetCenter(number));
        ReadOnlySpan<byte> codes = _index.Cells.GetCodes(cell);
        BlockBounds bounds = _coded.GetBounds(cell, squared) with { Error = 0 };
        for (int b = 0; b < cell.BlockCount; b++)
        {
            uint wanted = _selection.GetRows(cell, b);
            Span<float> block = estimates.Slice(b * BlockScan.Rows, BlockScan.Rows);
            if (wanted == 0)
            {
                block.Fill(float.PositiveInfinity);
                continue;
            }

            int start = b * _coarseSizeBytes;
            Distance.Prefetch.Read(codes.Slice(start + (BlocksAhead * _coarseSizeBytes), _coarseSizeBytes));
            BlockScan.Bound(codes.Slice(start, _coarseSizeBytes), _coded.Table, bounds, block);
            _counters.CoarseScored += BitOperations.PopCount(wanted);
            for (uint others = ~wanted; others != 0; others &= others - 1)
            {
                block[BitOperations.TrailingZeroCount(others)] = float.PositiveInfinity;
            }
        }

        return cell.BlockCount * BlockScan.Rows;
    }

    /// <summary>Compares by their fine codes the rows of the first cells whose estimate is at most a limit, or else of
    /// the rest those that the threshold leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CompareFirst(
        scoped ReadOnlySpan<int> numbers, scoped ReadOnlySpan<float> estimates, float limit, bool isRest)
    {
        int[] pending = _scratch.Pending;
        foreach (int number in numbers)
        {
            ref readonly IvfCell cell = ref _head.Cells[number];
            ReadOnlySpan<float> some = estimates[..(cell.BlockCount * BlockScan.Rows)];
            estimates = estimates[some.Length..];
            if (some.IsEmpty || (!isRest && CodeKeys.FindNextAtMost(some, 0, limit) == some.Length))
            {
                continue;
            }

            float squared = Float32Kernels.SquaredEuclidean(_coded.Vector, _index.Cells.GetCenter(number));
            ReadOnlySpan<byte> codes = _index.Cells.GetCodes(cell);
            FineRows rows = MakeRows(cell, codes, squared);
            float error = _coded.GetBounds(cell, squared).Error;
            int count = 0;
            for (int b = 0; b < cell.BlockCount; b++)
            {
                ReadOnlySpan<float> block = some.Slice(b * BlockScan.Rows, BlockScan.Rows);
                ReadOnlySpan<ushort> factors = MemoryMarshal.Cast<byte, ushort>(
                    codes.Slice((b * _coarseSizeBytes) + _coded.Table.Length, BlockScan.FactorSizeBytes));
                uint near = CodeKeys.SelectAtMost(block, limit);
                near = isRest
                    ? CodeKeys.SelectBelow(block, factors[BlockScan.Rows..], error, _candidates.Threshold) & ~near
                    : near;
                for (; near != 0; near &= near - 1)
                {
                    int row = (b * BlockScan.Rows) + BitOperations.TrailingZeroCount(near);
                    Ask(rows, row);
                    pending[count++] = row;
                }

                if (count >= IvfScratch.PendingRows)
                {
                    Compare(rows, pending.AsSpan(0, count));
                    count = 0;
                }
            }

            Compare(rows, pending.AsSpan(0, count));
        }
    }

    /// <summary>Asks for the fine code of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Ask(in FineRows rows, int row)
    {
        Distance.Prefetch.Read(rows.Codes.Slice(row * _fineRowSizeBytes, _fineRowSizeBytes));
        Distance.Prefetch.Read(rows.Factors.Slice(row * Float24.PairSizeBytes, Float24.PairSizeBytes));
    }

    /// <summary>The rows of a cell of an index with coarse codes only: their estimates stand for fine ones.</summary>
    private void ScanCoarse(in IvfCell cell, ReadOnlySpan<byte> blocks, in BlockBounds bounds)
    {
        Span<float> lower = _scratch.GetLower(BlockScan.Rows);
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

            BlockScan.Bound(block, _coded.Table, bounds, lower);
            ReadOnlySpan<ushort> factors = MemoryMarshal.Cast<byte, ushort>(block[_coded.Table.Length..]);
            for (; near != 0; near &= near - 1)
            {
                int row = BitOperations.TrailingZeroCount(near);
                float error = -BFloat16.ToSingle(factors[BlockScan.Rows + row]) * bounds.Error;
                float rounding = MathF.Abs(BFloat16.ToSingle(factors[row])) * BFloat16.DownwardError;
                _candidates.Offer(
                    lower[row], lower[row] + (2 * error) + rounding, first + (b * BlockScan.Rows) + row);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScanBlocks(in IvfCell cell, ReadOnlySpan<byte> codes, in BlockBounds bounds, in FineRows rows)
    {
        int[] pending = _scratch.Pending;
        int count = 0;
        int scored = 0;
        for (int b = 0; b < cell.BlockCount; b++)
        {
            uint wanted = _selection.GetRows(cell, b);
            if (wanted == 0)
            {
                continue;
            }

            int start = b * _coarseSizeBytes;
            Distance.Prefetch.Read(codes.Slice(start + (BlocksAhead * _coarseSizeBytes), _coarseSizeBytes));

            scored += BitOperations.PopCount(wanted);
            uint near = wanted & BlockScan.SelectBelow(
                codes.Slice(start, _coarseSizeBytes), _coded.Table, bounds, _candidates.Threshold);
            for (; near != 0; near &= near - 1)
            {
                int row = (b * BlockScan.Rows) + BitOperations.TrailingZeroCount(near);
                Ask(rows, row);
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
        (float add, float factor) = Float24.ReadPair(rows.Factors[(row * Float24.PairSizeBytes)..]);
        float estimate;
        float error;
        if (_head.Codes == CodeKind.Scalar8)
        {
            float product = (_coded.CodeScale * ByteDot.Compute(_coded.Code, code)) + _codeOffset;
            estimate = add + rows.CenterSquared + (factor * product);
            error = rows.Slack - (rows.Cell.FineError * factor * rows.CenterDistance)
                + ((MathF.Abs(add) + MathF.Abs(factor * product)) * FactorError);
        }
        else
        {
            estimate = add + rows.CenterSquared
                - (2 * HalfRows.Dot(_coded.Vector, MemoryMarshal.Cast<byte, Half>(code)));
            error = (factor * rows.CenterDistance) + (MathF.Abs(add) * FactorError);
        }

        _candidates.Offer(
            estimate - error, estimate + error, (rows.Cell.FirstBlock * BlockScan.Rows) + row);
    }
}
