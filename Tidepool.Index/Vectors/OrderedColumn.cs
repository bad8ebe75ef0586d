using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Vectors;

/// <summary>The vectors of several sources in the order of a segment to be built, without a copy.</summary>
internal sealed class OrderedColumn : VectorColumn
{
    private readonly VectorColumn?[] _columns;
    private readonly RowLocation[] _order;
    private readonly ulong[] _presence;
    private readonly float[] _nothing;

    /// <param name="columns">The vectors of each source; null where no row has one.</param>
    /// <param name="order">Which row has which ordinal; padding where none has.</param>
    /// <param name="dimensions">Dimensions of the vectors.</param>
    internal OrderedColumn(VectorColumn?[] columns, RowLocation[] order, int dimensions)
    {
        _columns = columns;
        _order = order;
        Dimensions = dimensions;
        _nothing = new float[dimensions];
        _presence = new ulong[(order.Length + 63) >> 6];
        for (int ordinal = 0; ordinal < order.Length; ordinal++)
        {
            if (Find(ordinal) is { } column && column.HasVector(order[ordinal].Ordinal))
            {
                _presence[ordinal >> 6] |= 1UL << (ordinal & 63);
            }
        }
    }

    internal override int Dimensions { get; }

    internal override ReadOnlySpan<ulong> Presence => _presence;

    internal override int GetRunLength(int first) => 1;

    internal override ReadOnlySpan<float> GetRun(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(count, 1);
        return Find(first) is { } column ? column.GetRun(_order[first].Ordinal, 1) : _nothing;
    }

    internal override ReadOnlySpan<float> GetNorms(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(count, 1);
        return Find(first) is { } column ? column.GetNorms(_order[first].Ordinal, 1) : _nothing.AsSpan(0, 1);
    }

    private VectorColumn? Find(int ordinal) =>
        _order[ordinal].Source < 0 ? null : _columns[_order[ordinal].Source];
}
