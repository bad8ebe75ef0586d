using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Tests.Index.Flat;

/// <summary>Vectors in several arrays, as those of a memtable or of a segment mapped in parts.</summary>
internal sealed class RunsColumn : VectorColumn
{
    private readonly int[] _runStarts; // One for each run, and the row count.
    private readonly float[][] _runs;
    private readonly float[][] _norms;
    private readonly ulong[] _presence;

    /// <param name="dimensions">Of each vector.</param>
    /// <param name="vectors">One for each ordinal; null for a row without one.</param>
    /// <param name="runLengths">How many rows each array takes.</param>
    internal RunsColumn(int dimensions, IReadOnlyList<float[]?> vectors, IReadOnlyList<int> runLengths)
    {
        Dimensions = dimensions;
        _runStarts = new int[runLengths.Count + 1];
        _runs = new float[runLengths.Count][];
        _norms = new float[runLengths.Count][];
        for (int run = 0; run < runLengths.Count; run++)
        {
            int start = _runStarts[run];
            _runStarts[run + 1] = start + runLengths[run];
            float[]?[] rows = [.. vectors.Skip(start).Take(runLengths[run])];
            _runs[run] = [.. rows.SelectMany(vector => vector ?? new float[dimensions])];
            _norms[run] = [.. rows.Select(vector => vector is null ? 0 : Float32Kernels.Norm(vector))];
        }

        _presence = vectors.Contains(null) ? new ulong[(vectors.Count + 63) / 64] : [];
        for (int ordinal = 0; ordinal < vectors.Count && _presence.Length > 0; ordinal++)
        {
            _presence[ordinal >> 6] |= (vectors[ordinal] is null ? 0 : 1UL) << (ordinal & 63);
        }
    }

    internal override int Dimensions { get; }

    internal override ReadOnlySpan<ulong> Presence => _presence;

    internal override int GetRunLength(int first) => _runStarts[FindRun(first) + 1] - first;

    internal override ReadOnlySpan<float> GetRun(int first, int count)
    {
        int run = FindRun(first);
        return _runs[run].AsSpan((first - _runStarts[run]) * Dimensions, count * Dimensions);
    }

    internal override ReadOnlySpan<float> GetNorms(int first, int count)
    {
        int run = FindRun(first);
        return _norms[run].AsSpan(first - _runStarts[run], count);
    }

    private int FindRun(int ordinal)
    {
        int found = Array.BinarySearch(_runStarts, ordinal);
        return found >= 0 ? found : ~found - 1;
    }
}
