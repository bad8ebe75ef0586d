using System.Runtime.InteropServices;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Hnsw;

/// <summary>Codes of a byte for each dimension, one for each ordinal, of rotated vectors.</summary>
/// <param name="PaddedDimensions">Bytes of a code.</param>
/// <param name="Codes">Side by side; those of ordinals without a vector mean nothing.</param>
/// <param name="Factors">Add and Rescale of each, as floats.</param>
internal sealed record ByteCodes(int PaddedDimensions, ReadOnlyMemory<byte> Codes, ReadOnlyMemory<byte> Factors)
{
    private const int RowsPerPart = 4096;

    internal ReadOnlySpan<float> FactorValues => MemoryMarshal.Cast<byte, float>(Factors.Span);

    /// <summary>Encodes the rows that are nodes.</summary>
    internal static ByteCodes Encode(
        VectorColumn rows,
        Metric metric,
        int rowCount,
        ReadOnlyMemory<int> nodes,
        Rotation rotation,
        NativeArrays memory,
        IWorkers workers,
        CancellationToken cancellationToken)
    {
        int length = rotation.PaddedDimensions;
        NativeArray<byte> codes = memory.Add(checked(rowCount * length), (byte)0);
        byte[] factors = new byte[checked(rowCount * HnswFormat.FactorsSizeBytes)];
        workers.Run((nodes.Length + RowsPerPart - 1) / RowsPerPart, part =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var quantizer = new ScalarQuantizer(length);
            float[] vector = new float[rows.Dimensions];
            float[] rotated = new float[length];
            float[] center = new float[length];
            Span<byte> bytes = codes.GetSpan();
            Span<float> values = MemoryMarshal.Cast<byte, float>(factors.AsSpan());
            int end = Math.Min(nodes.Length, (part + 1) * RowsPerPart);
            foreach (int node in nodes.Span[(part * RowsPerPart)..end])
            {
                NodeVector.Load(rows, metric, node, vector);
                rotation.Apply(vector, rotated);
                CodeFactors row = quantizer.Encode(rotated, center, bytes.Slice(node * length, length));
                values[2 * node] = GetAdd(row, metric);
                values[(2 * node) + 1] = row.Rescale;
            }
        });
        return new ByteCodes(length, codes.Memory, factors);
    }

    /// <summary>The first factor: |v|², or what makes the order that of the metric.</summary>
    /// <remarks>
    /// A product is compared without the norm: -2⟨q, v⟩ sorts like it. A row of zeros has no direction, and its cosine
    /// distance is that of a right angle: |q - v|² = 2.
    /// </remarks>
    private static float GetAdd(CodeFactors row, Metric metric) => metric switch
    {
        Metric.DotProduct => 0,
        Metric.Cosine => row.Rescale == 0 ? 1 : row.Add,
        _ => row.Add,
    };
}
