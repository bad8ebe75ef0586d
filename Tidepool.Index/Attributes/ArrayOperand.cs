namespace Tidepool.Index.Attributes;

/// <summary>An array that arrays are compared with.</summary>
/// <param name="Value">The array.</param>
/// <param name="Texts">Its elements as UTF-8, if they are strings.</param>
internal readonly record struct ArrayOperand(ColumnValue Value, byte[][]? Texts);
