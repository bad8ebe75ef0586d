namespace Tidepool.Index.Attributes;

/// <summary>Attribute columns by name.</summary>
internal interface IColumnLookup
{
    /// <summary>The column, or null when no row has the attribute.</summary>
    AttributeColumn? GetColumn(string name);
}
