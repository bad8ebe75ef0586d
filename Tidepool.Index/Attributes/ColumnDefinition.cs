namespace Tidepool.Index.Attributes;

/// <summary>A column to be written.</summary>
internal readonly record struct ColumnDefinition(string Name, ColumnType Type);
