namespace Tidepool.Model;

/// <summary>An attribute of a batch, in place.</summary>
internal readonly ref struct BatchAttribute(int ordinal, AttributeField field, BatchValue value)
{
    /// <summary>Where the field is in the schema's <see cref="NamespaceSchema.Attributes"/>.</summary>
    internal int Ordinal { get; } = ordinal;

    internal AttributeField Field { get; } = field;

    internal BatchValue Value { get; } = value;
}
