namespace Tidepool.Index.Attributes;

/// <summary>Matches what all its operands match (and), or what any does (or).</summary>
internal sealed class JunctionPredicate(bool isAnd, Predicate[] operands) : Predicate(
    1 + operands.Select(operand => operand.Depth).DefaultIfEmpty().Max(), operands.Sum(operand => operand.Cost))
{
    private readonly Predicate[] _operands = operands;

    internal bool IsAnd { get; } = isAnd;

    internal ReadOnlySpan<Predicate> Operands => _operands;
}
