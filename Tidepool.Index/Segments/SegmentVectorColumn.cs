using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>The vectors of one field of a segment, in place.</summary>
internal sealed class SegmentVectorColumn : VectorColumn
{
    /// <summary>Until all is verified, runs are short enough to be still in the cache when their reader gets
    /// them.</summary>
    private const int UnverifiedRunSizeBytes = 256 * 1024;

    private readonly SectionBytes _vectors;
    private readonly SectionBytes _norms;
    private readonly SectionBytes? _presence;
    private readonly int _rowCount;

    internal SegmentVectorColumn(
        int dimensions, int rowCount, SectionBytes vectors, SectionBytes norms, SectionBytes? presence)
    {
        Dimensions = dimensions;
        _rowCount = rowCount;
        _vectors = vectors;
        _norms = norms;
        _presence = presence;
    }

    internal override int Dimensions { get; }

    internal override ReadOnlySpan<ulong> Presence =>
        _presence is null ? default : _presence.GetUInt64s(0, BitWords.CountFor(_rowCount));

    internal override int GetRunLength(int first)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)first, (uint)_rowCount, nameof(first));
        int left = _rowCount - first;
        return _vectors.IsVerified
            ? left
            : Math.Min(left, Math.Max(1, UnverifiedRunSizeBytes / (Dimensions * sizeof(float))));
    }

    internal override ReadOnlySpan<float> GetRun(int first, int count)
    {
        CheckRun(first, count);
        return _vectors.GetSingles(first * Dimensions, count * Dimensions);
    }

    internal override ReadOnlySpan<float> GetNorms(int first, int count)
    {
        CheckRun(first, count);
        return _norms.GetSingles(first, count);
    }

    /// <summary>Keeps products of ordinals and sizes from wrapping around into the section again.</summary>
    private void CheckRun(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)first, (uint)_rowCount, nameof(first));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_rowCount - first), nameof(count));
    }
}
