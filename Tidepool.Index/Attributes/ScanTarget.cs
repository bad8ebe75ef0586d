namespace Tidepool.Index.Attributes;

/// <summary>What a scan is run over.</summary>
/// <param name="values">The column whose values are compared.</param>
/// <param name="list">The column of arrays that those are the elements of, or null.</param>
/// <param name="mask">The candidates: rows of the list if there is one, else of the values.</param>
internal readonly ref struct ScanTarget(AttributeColumn values, ListColumn? list, Span<ulong> mask)
{
    internal AttributeColumn Values { get; } = values;

    internal ListColumn? List { get; } = list;

    internal Span<ulong> Mask { get; } = mask;
}
