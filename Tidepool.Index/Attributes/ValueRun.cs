namespace Tidepool.Index.Attributes;

/// <summary>Values side by side in one source column, or nulls if there is none.</summary>
/// <param name="Source">The column, or null.</param>
/// <param name="First">The first of its stored rows.</param>
/// <param name="Count">How many rows, or nulls.</param>
internal readonly record struct ValueRun(AttributeColumn? Source, int First, int Count);
