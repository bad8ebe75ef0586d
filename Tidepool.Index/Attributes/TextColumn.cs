using System.Text;

namespace Tidepool.Index.Attributes;

/// <summary>Byte strings of any length: strings as UTF-8, or bytes.</summary>
internal abstract class TextColumn : AttributeColumn
{
    private protected TextColumn(in ColumnShape shape)
        : base(shape)
    {
    }

    /// <summary>How many bytes a stored row's value has; a null row's number means nothing.</summary>
    internal abstract int GetLength(int ordinal);

    /// <summary>A stored row's bytes in place; a null row's mean nothing.</summary>
    internal abstract ReadOnlySpan<byte> GetText(int ordinal);

    private protected override ColumnValue GetStoredValue(int ordinal) => Type == ColumnType.String
        ? ColumnValue.FromString(Encoding.UTF8.GetString(GetText(ordinal)))
        : ColumnValue.FromBytes(GetText(ordinal).ToArray());
}
