using System.Runtime.InteropServices;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Hnsw;

/// <summary>Vectors in half precision, one for each ordinal.</summary>
/// <param name="Dimensions">Halves of each.</param>
/// <param name="Codes">Side by side; those of ordinals without a vector are zero.</param>
internal sealed record HalfCodes(int Dimensions, ReadOnlyMemory<byte> Codes)
{
    private const int RowsPerPart = 4096;

    internal ReadOnlySpan<Half> Values => MemoryMarshal.Cast<byte, Half>(Codes.Span);

    /// <summary>Bytes of one vector.</summary>
    internal static int GetSizeBytes(int dimensions) => dimensions * sizeof(ushort);

    /// <summary>Encodes the rows that are nodes; numbers beyond ±65504 become that.</summary>
    internal static HalfCodes Encode(
        VectorColumn rows,
        Metric metric,
        int rowCount,
        ReadOnlyMemory<int> nodes,
        NativeArrays memory,
        IWorkers workers,
        CancellationToken cancellationToken)
    {
        int dimensions = rows.Dimensions;
        NativeArray<byte> codes = memory.Add(checked(rowCount * GetSizeBytes(dimensions)), (byte)0);
        workers.Run((nodes.Length + RowsPerPart - 1) / RowsPerPart, part =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] vector = new float[dimensions];
            Span<Half> halves = MemoryMarshal.Cast<byte, Half>(codes.GetSpan());
            int end = Math.Min(nodes.Length, (part + 1) * RowsPerPart);
            foreach (int node in nodes.Span[(part * RowsPerPart)..end])
            {
                NodeVector.Load(rows, metric, node, vector);
                HalfRows.Encode(vector, halves.Slice(node * dimensions, dimensions));
            }
        });
        return new HalfCodes(dimensions, codes.Memory);
    }
}
