using Tidepool.Index.Rows;

namespace Tidepool.Tests.Index.Segments;

/// <summary>Vectors of a test, side by side only within runs of bounded length.</summary>
internal sealed class TestVectorColumn : VectorColumn
{
    private readonly float[][] _runs;
    private readonly float[] _norms;
    private readonly ulong[] _presence;
    private readonly int _rowCount;
    private readonly int _maxRunLength;

    internal TestVectorColumn(float[]?[] vectors, int maxRunLength)
    {
        Dimensions = vectors.First(vector => vector is not null)!.Length;
        _rowCount = vectors.Length;
        _maxRunLength = maxRunLength;
        float[] zero = new float[Dimensions];
        _runs = [.. vectors.Chunk(maxRunLength).Select(run => run.SelectMany(vector => vector ?? zero).ToArray())];
        _norms = [.. vectors.Select(vector => TestRow.Norm(vector ?? zero))];
        _presence = vectors.Contains(null) ? new ulong[(vectors.Length + 63) / 64] : [];
        for (int row = 0; row < vectors.Length && _presence.Length > 0; row++)
        {
            _presence[row >> 6] |= vectors[row] is null ? 0 : 1UL << (row & 63);
        }
    }

    internal override int Dimensions { get; }

    internal override ReadOnlySpan<ulong> Presence => _presence;

    internal override int GetRunLength(int first) =>
        Math.Min(_maxRunLength - (first % _maxRunLength), _rowCount - first);

    internal override ReadOnlySpan<float> GetRun(int first, int count) => _runs[first / _maxRunLength]
        .AsSpan(first % _maxRunLength * Dimensions, count * Dimensions);

    internal override ReadOnlySpan<float> GetNorms(int first, int count) => _norms.AsSpan(first, count);
}
