namespace Tidepool.Index.Attributes;

/// <summary>Facts about <see cref="ColumnType"/>.</summary>
internal static class ColumnTypes
{
    private const int ArrayOffset = 16;

    internal static bool IsArray(this ColumnType type) => (int)type > ArrayOffset;

    /// <summary>The type of an array's elements.</summary>
    internal static ColumnType ElementType(this ColumnType type) =>
        type.IsArray() ? type - ArrayOffset : throw new ArgumentException($"{type} has no elements.", nameof(type));

    /// <summary>Whether a column can have the type: every one but Null.</summary>
    internal static bool IsColumn(this ColumnType type) => type
        is (>= ColumnType.Boolean and <= ColumnType.Bytes)
        or (>= ColumnType.BooleanArray and <= ColumnType.TimestampArray);

    internal static bool IsNumber(this ColumnType type) => type is ColumnType.Int64 or ColumnType.Double;

    /// <summary>Whether values are byte strings of any length: UTF-8 or bytes.</summary>
    internal static bool IsText(this ColumnType type) => type is ColumnType.String or ColumnType.Bytes;

    /// <summary>Bytes of one value; 0 where that depends on the value or is less than one.</summary>
    internal static int Width(this ColumnType type) => type switch
    {
        ColumnType.Int64 or ColumnType.Double or ColumnType.Timestamp => 8,
        ColumnType.Guid => 16,
        _ => 0,
    };
}
