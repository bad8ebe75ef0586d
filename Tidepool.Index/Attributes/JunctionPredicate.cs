namespace Tidepool.Index.Attributes;

/// <summary>Matches what all its operands match (and), or what any does (or).</summary>
internal sealed class JunctionPredicate(bool isAnd, Predicate[] operands) : Predicate(
    1 + operands.Select(operand => operand.Depth).DefaultIfEmpty().Max(), operands.Sum(operand => operand.Cost))
{
    private readonly Predicate[] _operands = operands;

    internal bool IsAnd { get; } = isAnd;

    internal ReadOnlySpan<Predicate> Operands => _operands;

    private protected override bool HasPartsOf(Predicate other) => other is JunctionPredicate same
        && IsAnd == same.IsAnd && Operands.SequenceEqual(same.Operands);

    private protected override int HashParts()
    {
        var hash = default(HashCode);
        hash.Add(IsAnd);
        foreach (Predicate operand in _operands)
        {
            hash.Add(operand);
        }

        return hash.ToHashCode();
    }
}
