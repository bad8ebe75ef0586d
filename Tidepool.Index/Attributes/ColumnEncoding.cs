namespace Tidepool.Index.Attributes;

/// <summary>How a column's values are stored. Persisted: never renumber.</summary>
internal enum ColumnEncoding : byte
{
    /// <summary>As they are; strings and bytes in a heap.</summary>
    Plain = 0,

    /// <summary>Strings as codes into a dictionary of distinct values.</summary>
    Dictionary = 1,
}
