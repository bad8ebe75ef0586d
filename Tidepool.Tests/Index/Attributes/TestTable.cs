using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>Rows as a plain table of values, and as the columns of a memtable.</summary>
internal sealed class TestTable : IColumnLookup
{
    private readonly Dictionary<string, AttributeColumn> _columns = [];

    internal TestTable(Random random, int rowCount)
    {
        RowCount = rowCount;
        var values = new RandomValues(random);
        foreach (ColumnType type in RandomValues.AllTypes)
        {
            AddColumn(type.ToString(), type, CreateValues(values, type, rowCount));
        }
    }

    internal TestTable(int rowCount, params ReadOnlySpan<(string Name, ColumnType Type, ColumnValue[] Values)> columns)
    {
        RowCount = rowCount;
        foreach ((string name, ColumnType type, ColumnValue[] values) in columns)
        {
            AddColumn(name, type, values);
        }
    }

    internal int RowCount { get; }

    internal Dictionary<string, ColumnValue[]> Values { get; } = [];

    internal Dictionary<string, ColumnType> Types { get; } = [];

    public AttributeColumn? GetColumn(string name) => _columns.GetValueOrDefault(name);

    internal ColumnValue GetValue(string name, int ordinal) =>
        Values.TryGetValue(name, out ColumnValue[]? values) ? values[ordinal] : ColumnValue.Null;

    internal static ColumnValue[] CreateValues(RandomValues values, ColumnType type, int rowCount)
    {
        int nullPercent = values.Random.Next(4) switch { 0 => 0, 1 => 95, 2 => 100, _ => 30 };
        int shape = values.Random.Next(3); // Mixed, in long runs (which zones can skip), or null from a row on.
        int lastRow = shape == 2 ? values.Random.Next(rowCount + 1) : rowCount;
        var column = new ColumnValue[rowCount];
        for (int ordinal = 0; ordinal < lastRow; ordinal++)
        {
            column[ordinal] = shape == 1 && ordinal % 1_000 != 0 ? column[ordinal - 1]
                : values.Random.Next(100) < nullPercent ? ColumnValue.Null
                : values.Next(type);
        }

        return column;
    }

    private void AddColumn(string name, ColumnType type, ColumnValue[] values)
    {
        var buffer = new ColumnBuffer(type);
        for (int ordinal = 0; ordinal < values.Length; ordinal++)
        {
            if (!values[ordinal].IsNull)
            {
                buffer.Set(ordinal, values[ordinal]);
            }
        }

        Values.Add(name, values);
        Types.Add(name, type);
        _columns.Add(name, buffer.View(values.Length));
    }
}
