namespace Tidepool.Benchmarks.Ann;

/// <summary>A search of the documents whose number, from 0 to 999, is below a limit.</summary>
/// <param name="Limit">How many thousandths of the documents match.</param>
/// <param name="IsCorrelated">Whether the number says where the vector lies, rather than being drawn at random.</param>
internal sealed record AnnFilter(int Limit, bool IsCorrelated)
{
    internal const string RandomAttribute = "attr";
    internal const string CorrelatedAttribute = "rank";

    internal Filter Condition => Filter.Field(IsCorrelated ? CorrelatedAttribute : RandomAttribute) < Limit;

    public override string ToString() => $"{(IsCorrelated ? CorrelatedAttribute : RandomAttribute)}<{Limit}";
}
