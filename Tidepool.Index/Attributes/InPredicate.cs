namespace Tidepool.Index.Attributes;

/// <summary>Matches values that equal an operand.</summary>
internal sealed class InPredicate(string field, OperandSet set) : FieldPredicate(field, set.Cost)
{
    internal OperandSet Set { get; } = set;

    internal override bool Matches(in ColumnValue value) => Set.Contains(value);

    private protected override bool HasPartsOf(Predicate other) =>
        other is InPredicate same && Field == same.Field && Set.Equals(same.Set);

    private protected override int HashParts() => HashCode.Combine(Field, Set);
}
