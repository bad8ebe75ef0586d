using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;

namespace Tidepool.Index.Ivf;

/// <summary>The fine codes of a cell's rows, as seen from a query.</summary>
internal readonly ref struct FineRows
{
    /// <summary>A code for each position.</summary>
    internal required ReadOnlySpan<byte> Codes { get; init; }

    /// <summary>Two numbers for each position, as <see cref="Float24"/> writes them.</summary>
    internal required ReadOnlySpan<byte> Factors { get; init; }

    internal required IvfCell Cell { get; init; }

    /// <summary>Squared distance of the query to the cell's center.</summary>
    internal required float CenterSquared { get; init; }

    /// <summary>Its root.</summary>
    internal required float CenterDistance { get; init; }

    /// <summary>How far the rounding of the query may put an estimate off.</summary>
    internal required float Slack { get; init; }

    /// <summary>The fine codes among all codes of a cell.</summary>
    internal static FineRows Of(
        in IvfCell cell,
        ReadOnlySpan<byte> codes,
        int coarseSizeBytes,
        int rowSizeBytes,
        float centerSquared,
        float slack)
    {
        int start = cell.BlockCount * coarseSizeBytes;
        int length = cell.BlockCount * BlockScan.Rows * rowSizeBytes;
        return new FineRows
        {
            Codes = codes.Slice(start, length),
            Factors = codes[(start + length)..],
            Cell = cell,
            CenterSquared = centerSquared,
            CenterDistance = MathF.Sqrt(centerSquared),
            Slack = slack,
        };
    }
}
