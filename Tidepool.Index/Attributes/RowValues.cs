namespace Tidepool.Index.Attributes;

/// <summary>The attributes of one row of columns.</summary>
internal readonly struct RowValues(IColumnLookup columns, int ordinal) : IAttributeValues
{
    public ColumnValue GetValue(string name) => columns.GetColumn(name)?.GetValue(ordinal) ?? ColumnValue.Null;
}
