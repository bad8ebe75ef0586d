using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;

namespace Tidepool.Tests.Index.Segments;

/// <summary>Rows of a test as a source, their vectors in runs of bounded length as those of a memtable.</summary>
internal sealed class TestRows : IRowSource
{
    private readonly TestRow?[] _rows;
    private readonly int _maxRunLength;

    /// <summary>Makes a source; a null row is padding.</summary>
    internal TestRows(IEnumerable<TestRow?> rows, int maxRunLength = 3)
    {
        _rows = [.. rows];
        _maxRunLength = maxRunLength;
    }

    public int RowCount => _rows.Length;

    internal TestRow? this[int ordinal] => _rows[ordinal];

    public bool IsPadding(int ordinal) => _rows[ordinal] is null;

    public DocumentKey GetKey(int ordinal) => _rows[ordinal] is { } row ? row.Key.Key : default;

    public long GetSequence(int ordinal) => _rows[ordinal]?.Sequence ?? 0;

    public VectorColumn? GetVectors(string field)
    {
        float[]?[] vectors = [.. _rows.Select(row => row?.GetVector(field))];
        return Array.TrueForAll(vectors, vector => vector is null)
            ? null
            : new TestVectorColumn(vectors, _maxRunLength);
    }

    public AttributeColumn? GetColumn(string name)
    {
        ColumnValue[] values = [.. _rows.Select(row => row?.GetAttribute(name) ?? default)];
        if (Array.TrueForAll(values, value => value.IsNull))
        {
            return null;
        }

        ColumnBuffer buffer = new(Array.Find(values, value => !value.IsNull).Type);
        for (int row = 0; row < values.Length; row++)
        {
            buffer.Set(row, values[row]);
        }

        return buffer.View(values.Length);
    }
}
