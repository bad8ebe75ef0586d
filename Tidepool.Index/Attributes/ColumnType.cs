namespace Tidepool.Index.Attributes;

/// <summary>The type of an attribute's values. Persisted: never renumber. An array type is its element's plus
/// 16.</summary>
internal enum ColumnType : byte
{
    Null = 0,
    Boolean = 1,
    Int64 = 2,
    Double = 3,
    String = 4,
    Guid = 5,

    /// <summary>An instant in UTC, in ticks of 100 ns since 0001-01-01.</summary>
    Timestamp = 6,
    Bytes = 7,
    BooleanArray = 17,
    Int64Array = 18,
    DoubleArray = 19,
    StringArray = 20,
    GuidArray = 21,
    TimestampArray = 22,
}
