using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>The vectors of one field of a segment, in place.</summary>
internal sealed class SegmentVectorColumn : VectorColumn
{
    /// <summary>Until all is verified, runs are short enough to be still in the cache when their reader gets
    /// them.</summary>
    private const int UnverifiedRunSizeBytes = 256 * 1024;

    /// <summary>How far rows are looked for that were verified before: many blocks, and few words of bits.</summary>
    private const int LookedAheadSizeBytes = 8 * 1024 * 1024;

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

    internal override int GetReadyLength(int first)
    {
        if (_vectors.IsVerified && _norms.IsVerified)
        {
            return GetRunLength(first);
        }

        int sizeBytes = Dimensions * sizeof(float);
        int most = Math.Min(_rowCount - first, LookedAheadSizeBytes / sizeBytes);
        int sound = _vectors.CountSound(first * sizeBytes, most * sizeBytes) / sizeBytes;
        return _norms.CountSound(first * sizeof(float), sound * sizeof(float)) / sizeof(float);
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
