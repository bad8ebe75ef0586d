namespace Tidepool.Index.Attributes;

/// <summary>A row of one of several sources; <see cref="Padding"/> for an ordinal without a document.</summary>
/// <param name="Source">Which source, in the order they were given; -1 for padding.</param>
/// <param name="Ordinal">The row's ordinal in that source.</param>
internal readonly record struct RowLocation(int Source, int Ordinal)
{
    internal static RowLocation Padding => new(-1, 0);
}
