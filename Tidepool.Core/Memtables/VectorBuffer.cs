using System.Runtime.InteropServices;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Memtables;

/// <summary>The vectors of one field in a chunk: row r fills [r * Dimensions, (r + 1) * Dimensions).</summary>
/// <remarks>One writer, any number of lock-free readers of rows published before they look. Invariant: rows below the
/// published count never change; a row without a vector is zero-filled before it is published. Readers come to an end
/// before <see cref="Dispose"/>: see <see cref="Memtable"/>.</remarks>
internal sealed class VectorBuffer : VectorColumn, IDisposable
{
    private readonly NativeArray<float> _values;
    private readonly float[] _norms;
    private readonly ulong[] _presence;
    private readonly int _capacity;
    private int _filled;
    private bool _hasGaps;

    internal VectorBuffer(int dimensions, int capacity)
    {
        Dimensions = dimensions;
        _capacity = capacity;
        _values = new NativeArray<float>(dimensions * capacity);
        _norms = GC.AllocateUninitializedArray<float>(capacity);
        _presence = new ulong[(capacity + 63) >> 6];
    }

    internal override int Dimensions { get; }

    internal override ReadOnlySpan<ulong> Presence => Volatile.Read(ref _hasGaps) ? _presence : default;

    internal override int GetRunLength(int first) => _capacity - first;

    internal override ReadOnlySpan<float> GetRun(int first, int count) =>
        _values.GetSpan().Slice(first * Dimensions, count * Dimensions);

    internal override ReadOnlySpan<float> GetNorms(int first, int count) => _norms.AsSpan(first, count);

    /// <summary>Sets a row's vector from its little-endian bytes; rows come in ascending order.</summary>
    internal void Set(int ordinal, ReadOnlySpan<byte> vector)
    {
        FillGaps(ordinal);
        Span<float> row = _values.GetSpan().Slice(ordinal * Dimensions, Dimensions);
        vector.CopyTo(MemoryMarshal.AsBytes(row));
        _norms[ordinal] = Float32Kernels.Norm(row);
        _presence[ordinal >> 6] |= 1UL << (ordinal & 63);
        _filled = ordinal + 1;
    }

    /// <summary>Makes rows up to a count readable; those that got no vector become zero.</summary>
    internal void FillGaps(int rowCount)
    {
        if (_filled >= rowCount)
        {
            return;
        }

        _values.GetSpan().Slice(_filled * Dimensions, (rowCount - _filled) * Dimensions).Clear();
        _norms.AsSpan(_filled, rowCount - _filled).Clear();
        _filled = rowCount;
        Volatile.Write(ref _hasGaps, true);
    }

    /// <summary>Gives the vectors' memory back.</summary>
    public void Dispose() => _values.Free();
}
