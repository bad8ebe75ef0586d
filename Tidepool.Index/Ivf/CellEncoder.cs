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

    private readonly CodeKind _codes;
    private readonly int _dimensions;
    private readonly int _coarseSizeBytes;
    private readonly int _fineRowSizeBytes;
    private readonly ScalarQuantizer? _scalar;
    private readonly ProductQuantizer? _product;
    private readonly byte[] _rows;
    private float[] _errors;
    private int _blockCount;

    internal CellEncoder(CodeKind codes, int mappedDimensions, float[] codebooks)
    {
        _codes = codes;
        _dimensions = mappedDimensions;
        _coarseSizeBytes = IvfFormat.GetCoarseSizeBytes(codes, mappedDimensions);
        _fineRowSizeBytes = IvfFormat.GetFineRowSizeBytes(codes, mappedDimensions);
        _scalar = codes == CodeKind.Scalar8 ? new ScalarQuantizer(mappedDimensions) : null;
        _product = codes == CodeKind.Product ? new ProductQuantizer(mappedDimensions, codebooks) : null;
        _errors = [];
        _rows = new byte[BlockScan.Rows * CoarseRowSizeBytes];
    }

    /// <summary>The error of coarse codes since <see cref="Begin"/>, by their negated rescaling factor: what is usual,
    /// as a code that is worse makes its row always near.</summary>
    internal float CoarseError { get; private set; }

    /// <summary>The largest error of a fine code since <see cref="Begin"/>, by its negated rescaling factor.</summary>
    internal float FineError { get; private set; }

    // A bit for each dimension, or a nibble for each group of four.
    private int CoarseRowSizeBytes => _dimensions / 8;

    /// <summary>Begins a cell.</summary>
    internal void Begin(Span<byte> cell, int blockCount)
    {
        _blockCount = blockCount;
        if (_errors.Length < blockCount * BlockScan.Rows)
        {
            _errors = new float[2 * blockCount * BlockScan.Rows];
        }

        CoarseError = 0;
        FineError = 0;
        for (int block = 0; block < blockCount && _codes != CodeKind.None; block++)
        {
            GetFactors(cell, block)[..BlockScan.Rows].Fill(NeverNear);
        }
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

        int block = position / BlockScan.Rows;
        int row = position % BlockScan.Rows;
        if (row == 0)
        {
            _rows.AsSpan().Clear();
        }

        Span<byte> coarse = _rows.AsSpan(row * CoarseRowSizeBytes, CoarseRowSizeBytes);
        CodeFactors code = _product is null
            ? SignQuantizer.Encode(residual, center, coarse)
            : _product.Encode(residual, center, coarse);
        Span<float> factors = GetFactors(cell, block);
        bool isSound = float.IsFinite(code.Add + rowTerm) && float.IsFinite(code.Rescale) && float.IsFinite(code.Error);
        factors[row] = isSound ? code.Add + rowTerm : AlwaysNear;
        factors[BlockScan.Rows + row] = isSound ? code.Rescale : 0;
        _errors[position] = isSound && code.Rescale < 0 ? code.Error / -code.Rescale : 0;
        if (row == BlockScan.Rows - 1)
        {
            PackBlock(cell, block);
        }

        if (_fineRowSizeBytes > 0)
        {
            AddFine(cell, position, residual, center, rowTerm);
        }
    }

    /// <summary>Writes what is left after the last row.</summary>
    internal void End(Span<byte> cell, int rowCount)
    {
        if (_codes != CodeKind.None && rowCount % BlockScan.Rows != 0)
        {
            PackBlock(cell, rowCount / BlockScan.Rows);
        }

        if (_codes != CodeKind.None && rowCount > 0)
        {
            FindCoarseError(cell, rowCount);
        }
    }

    /// <summary>One error for the whole cell: that of an average row, which those of the others are near.</summary>
    private void FindCoarseError(Span<byte> cell, int rowCount)
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
                Span<float> factors = GetFactors(cell, position / BlockScan.Rows);
                factors[position % BlockScan.Rows] = AlwaysNear;
                factors[BlockScan.Rows + (position % BlockScan.Rows)] = 0;
            }
        }
    }

    private void AddFine(
        Span<byte> cell, int position, ReadOnlySpan<float> residual, ReadOnlySpan<float> center, float rowTerm)
    {
        int start = _blockCount * _coarseSizeBytes;
        Span<byte> code = cell.Slice(start + (position * _fineRowSizeBytes), _fineRowSizeBytes);
        int factorStart = start + (_blockCount * BlockScan.Rows * _fineRowSizeBytes);
        Span<float> factors = MemoryMarshal.Cast<byte, float>(cell[factorStart..]).Slice(2 * position, 2);
        (float add, float factor) = _scalar is null
            ? EncodeHalf(residual, center, code)
            : EncodeScalar(residual, center, code);
        bool isSound = float.IsFinite(add + rowTerm) && float.IsFinite(factor);
        factors[0] = isSound ? add + rowTerm : float.NaN;
        factors[1] = isSound ? factor : 0;
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

        FineError = Math.Max(FineError, error);
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

        return ((float)(squared + (2 * alongCenter)), (float)(2 * Math.Sqrt(lost)));
    }

    private void PackBlock(Span<byte> cell, int number)
    {
        Span<byte> block = cell.Slice(number * _coarseSizeBytes, 4 * _dimensions);
        SignBlock.Pack(_rows, _dimensions, block);
    }

    private Span<float> GetFactors(Span<byte> cell, int block) => MemoryMarshal.Cast<byte, float>(
        cell.Slice((block * _coarseSizeBytes) + (4 * _dimensions), BlockScan.FactorSizeBytes));
}
