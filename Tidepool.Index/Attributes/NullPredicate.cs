namespace Tidepool.Index.Attributes;

/// <summary>Matches null.</summary>
internal sealed class NullPredicate(string field) : FieldPredicate(field, cost: 1)
{
    internal override bool Matches(in ColumnValue value) => value.IsNull;

    private protected override bool HasPartsOf(Predicate other) => other is NullPredicate same && Field == same.Field;

    private protected override int HashParts() => Field.GetHashCode();
}
