using System.Runtime.InteropServices;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>Writes the codes of a cell's rows, one row after the other, into the cell's bytes.</summary>
internal sealed class CellEncoder
{
    // What stands for a row is found by every scan, and compared by its vector.
    private const float AlwaysNear = -float.MaxValue / 8;

    // Padding: found by no scan that looks for less than everything.
    private const float NeverNear = float.MaxValue / 8;

    // Codes err alike after the rotation; one that errs by so much more is not to be relied on.
    private const float LargestByMean = 1.5f;

    // Makes up for the rounding of factors that errors are multiplied by, or are themselves.
    private const float FactorMargin = 1 + (2 * Float24.RoundingError);

    private readonly CodeKind _codes;
    private readonly int _dimensions;
    private readonly int _coarseSizeBytes;
    private readonly int _fineRowSizeBytes;
    private readonly ScalarQuantizer? _scalar;
    private readonly ProductQuantizer? _product;
    private readonly byte[] _rows;
    private readonly int _rowStride;
    private float[] _adds = [];
    private float[] _rescales = [];
    private float[] _errors = [];
    private int _blockCount;

    internal CellEncoder(CodeKind codes, int mappedDimensions, float[] codebooks)
    {
        _codes = codes;
        _dimensions = mappedDimensions;
        _coarseSizeBytes = IvfFormat.GetCoarseSizeBytes(codes, mappedDimensions);
        _fineRowSizeBytes = IvfFormat.GetFineRowSizeBytes(codes, mappedDimensions);
        _scalar = codes == CodeKind.Scalar8 ? new ScalarQuantizer(mappedDimensions) : null;
        _product = codes == CodeKind.Product ? new ProductQuantizer(mappedDimensions, codebooks) : null;
        _rowStride = SignBlock.GetRowStride(mappedDimensions);
        _rows = new byte[BlockScan.Rows * _rowStride];
    }

    /// <summary>What has been taken off each add of the coarse codes since <see cref="Begin"/>.</summary>
    internal float CoarseBase { get; private set; }

    /// <summary>The error of coarse codes since <see cref="Begin"/>, by their negated rescaling factor: what is usual,
    /// as a code that is worse makes its row always near.</summary>
    internal float CoarseError { get; private set; }

    /// <summary>The largest error of a fine code since <see cref="Begin"/>, by its negated rescaling factor.</summary>
    internal float FineError { get; private set; }

    /// <summary>Begins a cell.</summary>
    internal void Begin(int blockCount)
    {
        _blockCount = blockCount;
        if (_adds.Length < blockCount * BlockScan.Rows)
        {
            _adds = new float[2 * blockCount * BlockScan.Rows];
            _rescales = new float[_adds.Length];
            _errors = new float[_adds.Length];
        }

        CoarseBase = 0;
        CoarseError = 0;
        FineError = 0;
    }

    /// <summary>Writes the codes of the row at a position; rows come in order.</summary>
    /// <param name="cell">The cell's bytes.</param>
    /// <param name="position">Within the cell.</param>
    /// <param name="residual">The row less the center.</param>
    /// <param name="center">The center.</param>
    /// <param name="rowTerm">What makes a key of the row's squared distance.</param>
    internal void Add(
        Span<byte> cell, int position, ReadOnlySpan<float> residual, ReadOnlySpan<float> center, float rowTerm)
    {
        if (_codes == CodeKind.None)
        {
            return;
        }

        int row = position % BlockScan.Rows;
        if (row == 0)
        {
            _rows.AsSpan().Clear();
        }

        // A bit for each dimension, or a nibble for each group of four.
        Span<byte> coarse = _rows.AsSpan(row * _rowStride, _dimensions / 8);
        CodeFactors code = _product is null
            ? SignQuantizer.Encode(residual, center, coarse)
            : _product.Encode(residual, center, coarse);
        code = code.WithRescale(BFloat16.ToSingle(BFloat16.Round(code.Rescale)), _dimensions);
        bool isSound = float.IsFinite(code.Add + rowTerm) && float.IsFinite(code.Rescale) && float.IsFinite(code.Error);
        _adds[position] = isSound ? code.Add + rowTerm : AlwaysNear;
        _rescales[position] = isSound ? code.Rescale : 0;
        _errors[position] = isSound && code.Rescale < 0 ? code.Error / -code.Rescale : 0;
        if (row == BlockScan.Rows - 1)
        {
            PackBlock(cell, position / BlockScan.Rows);
        }

        if (_fineRowSizeBytes > 0)
        {
            AddFine(cell, position, residual, center, rowTerm);
        }
    }

    /// <summary>Writes what is left after the last row.</summary>
    internal void End(Span<byte> cell, int rowCount)
    {
        if (_codes == CodeKind.None || rowCount == 0)
        {
            return;
        }

        if (rowCount % BlockScan.Rows != 0)
        {
            PackBlock(cell, rowCount / BlockScan.Rows);
        }

        FindCoarseError(rowCount);
        WriteCoarseFactors(cell, rowCount);
    }

    /// <summary>One error for the whole cell: that of an average row, which those of the others are near.</summary>
    private void FindCoarseError(int rowCount)
    {
        double sum = 0;
        foreach (float error in _errors.AsSpan(0, rowCount))
        {
            sum += error;
        }

        CoarseError = (float)(sum / rowCount);
        for (int position = 0; position < rowCount; position++)
        {
            if (_errors[position] > CoarseError * LargestByMean)
            {
                _adds[position] = AlwaysNear;
                _rescales[position] = 0;
            }
        }
    }

    /// <summary>Adds are rounded after what they have in common was taken off.</summary>
    private void WriteCoarseFactors(Span<byte> cell, int rowCount)
    {
        double sum = 0;
        int count = 0;
        foreach (float add in _adds.AsSpan(0, rowCount))
        {
            sum += add > AlwaysNear ? add : 0;
            count += add > AlwaysNear ? 1 : 0;
        }

        CoarseBase = (float)(sum / Math.Max(1, count));
        for (int position = 0; position < _blockCount * BlockScan.Rows; position++)
        {
            Span<ushort> factors = GetFactors(cell, position / BlockScan.Rows);
            int row = position % BlockScan.Rows;
            float add = position < rowCount ? _adds[position] : NeverNear;
            bool isSound = position < rowCount && add > AlwaysNear;
            factors[row] = BFloat16.RoundDown(
                isSound ? Math.Clamp(add - CoarseBase, AlwaysNear, float.MaxValue) : add);
            factors[BlockScan.Rows + row] = BFloat16.Round(isSound ? _rescales[position] : 0);
        }
    }

    private void AddFine(
        Span<byte> cell, int position, ReadOnlySpan<float> residual, ReadOnlySpan<float> center, float rowTerm)
    {
        int start = _blockCount * _coarseSizeBytes;
        Span<byte> code = cell.Slice(start + (position * _fineRowSizeBytes), _fineRowSizeBytes);
        int factorStart = start + (_blockCount * BlockScan.Rows * _fineRowSizeBytes);
        (float add, float factor) = _scalar is null
            ? EncodeHalf(residual, center, code)
            : EncodeScalar(residual, center, code);
        add = Float24.Round(add + rowTerm);
        factor = Float24.Round(factor);
        bool isSound = float.IsFinite(add) && float.IsFinite(factor);
        Span<byte> pair = cell[(factorStart + (position * Float24.PairSizeBytes))..];
        Float24.WritePair(pair, isSound ? add : float.NaN, isSound ? factor : 0);
    }

    private (float Add, float Rescale) EncodeScalar(
        ReadOnlySpan<float> residual, ReadOnlySpan<float> center, Span<byte> code)
    {
        CodeFactors factors = _scalar!.Encode(residual, center, code);
        if (factors.Rescale == 0)
        {
            return factors.Error == 0 ? (factors.Add, 0) : (float.NaN, 0);
        }

        float error = factors.Error / -factors.Rescale;
        if (!float.IsFinite(error))
        {
            return (float.NaN, 0);
        }

        FineError = Math.Max(FineError, error * FactorMargin);
        return (factors.Add, factors.Rescale);
    }

    /// <summary>The residual in half precision; its factor is twice the length of what rounding took.</summary>
    private static (float Add, float Error) EncodeHalf(
        ReadOnlySpan<float> residual, ReadOnlySpan<float> center, Span<byte> code)
    {
        Span<Half> halves = MemoryMarshal.Cast<byte, Half>(code);
        HalfRows.Encode(residual, halves);
        double squared = 0;
        double alongCenter = 0;
        double lost = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            double kept = (double)halves[i];
            squared += (double)residual[i] * residual[i];
            alongCenter += kept * center[i];
            lost += (residual[i] - kept) * (residual[i] - kept);
        }

        return ((float)(squared + (2 * alongCenter)), (float)(2 * Math.Sqrt(lost)) * FactorMargin);
    }

    private void PackBlock(Span<byte> cell, int number)
    {
        Span<byte> block = cell.Slice(number * _coarseSizeBytes, 4 * _dimensions);
        SignBlock.Pack(_rows, _dimensions, block);
    }

    private Span<ushort> GetFactors(Span<byte> cell, int block) => MemoryMarshal.Cast<byte, ushort>(
        cell.Slice((block * _coarseSizeBytes) + (4 * _dimensions), BlockScan.FactorSizeBytes));
}
