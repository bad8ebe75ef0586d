namespace Tidepool.Index.Attributes;

/// <summary>Matches what its operand does not match.</summary>
internal sealed class NotPredicate(Predicate operand) : Predicate(operand.Depth + 1, operand.Cost)
{
    internal Predicate Operand { get; } = operand;

    private protected override bool HasPartsOf(Predicate other) =>
        other is NotPredicate same && Operand.Equals(same.Operand);

    private protected override int HashParts() => Operand.GetHashCode();
}
