using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Benchmarks.Kernels;

/// <summary>Vectors side by side in one array, all present.</summary>
internal sealed class ArrayColumn : VectorColumn
{
    private readonly float[] _vectors;
    private readonly int _start;
    private readonly float[] _norms;

    internal ArrayColumn(int count, int dimensions, int seed)
    {
        Dimensions = dimensions;
        (_vectors, _start) = KernelData.CreateAligned(count * dimensions, seed);
        _norms = new float[count];
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            _norms[ordinal] = Float32Kernels.Norm(GetVector(ordinal));
        }
    }

    internal override int Dimensions { get; }

    internal override ReadOnlySpan<ulong> Presence => default;

    internal override int GetRunLength(int first) => _norms.Length - first;

    internal override ReadOnlySpan<float> GetRun(int first, int count) =>
        _vectors.AsSpan(_start + (first * Dimensions), count * Dimensions);

    internal override ReadOnlySpan<float> GetNorms(int first, int count) => _norms.AsSpan(first, count);
}
