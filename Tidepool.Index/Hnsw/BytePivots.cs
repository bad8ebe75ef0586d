using Tidepool.Index.Rows;

namespace Tidepool.Index.Hnsw;

/// <summary>Opens distances between codes of a byte for each dimension.</summary>
internal sealed class BytePivots : IPivotSource<BytePivotDistance>
{
    private const int RowsPerPart = 16 * 1024;

    private readonly ByteCodes _codes;
    private readonly BytePivotFactors[] _factors;

    internal BytePivots(ByteCodes codes, int rowCount, IWorkers workers)
    {
        _codes = codes;
        _factors = new BytePivotFactors[rowCount];
        workers.Run((rowCount + RowsPerPart - 1) / RowsPerPart, part =>
        {
            int end = Math.Min(rowCount, (part + 1) * RowsPerPart);
            for (int row = part * RowsPerPart; row < end; row++)
            {
                _factors[row] = CreateFactors(row);
            }
        });
    }

    public BytePivotDistance Open(BuildScratch scratch) => new(_codes.Codes.Span, _factors, scratch.PivotCode);

    private BytePivotFactors CreateFactors(int row)
    {
        int sum = 0;
        foreach (byte value in _codes.Codes.Span.Slice(row * _codes.PaddedDimensions, _codes.PaddedDimensions))
        {
            sum += value;
        }

        ReadOnlySpan<float> factors = _codes.FactorValues.Slice(2 * row, 2);
        return new BytePivotFactors(factors[0], -0.5f * factors[1], 0.5f * (sum - (127.5f * _codes.PaddedDimensions)));
    }
}
