namespace Tidepool.Memtables;

/// <summary>A column of a chunk under its field's name.</summary>
internal readonly record struct NamedColumn<TColumn>(string Name, TColumn Column);
