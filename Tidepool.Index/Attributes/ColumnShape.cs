namespace Tidepool.Index.Attributes;

/// <summary>What all columns have, whatever their values are stored as.</summary>
/// <param name="Type">The type of the values.</param>
/// <param name="RowCount">How many rows there are.</param>
/// <param name="StoredRowCount">How many rows have a place for a value; the rows from there on are null.</param>
/// <param name="Presence">One bit per stored row, set where it has a value, in words; empty: all have one.</param>
/// <param name="Zones">One <see cref="Zone"/> per 1,024 rows, or empty.</param>
internal readonly record struct ColumnShape(
    ColumnType Type, int RowCount, int StoredRowCount, ReadOnlyMemory<byte> Presence, ReadOnlyMemory<byte> Zones);
