namespace Tidepool.Index.Attributes;

/// <summary>The values of one attribute, one per ordinal.</summary>
internal abstract class AttributeColumn
{
    internal abstract ColumnType Type { get; }

    internal abstract int RowCount { get; }
}
