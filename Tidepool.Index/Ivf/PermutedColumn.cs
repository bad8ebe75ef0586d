using Tidepool.Index.Rows;

namespace Tidepool.Index.Ivf;

/// <summary>The vectors of a column in the order of an index to be built; -1 for padding.</summary>
internal sealed class PermutedColumn : VectorColumn
{
    private readonly VectorColumn _column;
    private readonly int[] _order;
    private readonly ulong[] _presence;

    internal PermutedColumn(VectorColumn column, int[] order)
    {
        _column = column;
        _order = order;
        _presence = new ulong[(order.Length + 63) >> 6];
        for (int position = 0; position < order.Length; position++)
        {
            if (order[position] >= 0)
            {
                _presence[position >> 6] |= 1UL << (position & 63);
            }
        }
    }

    internal override int Dimensions => _column.Dimensions;

    internal override ReadOnlySpan<ulong> Presence => _presence;

    internal override int GetRunLength(int first) => 1;

    internal override ReadOnlySpan<float> GetRun(int first, int count) =>
        _column.GetRun(Math.Max(0, _order[first]), count);

    internal override ReadOnlySpan<float> GetNorms(int first, int count) =>
        _column.GetNorms(Math.Max(0, _order[first]), count);
}
