namespace Tidepool.Index.Attributes;

/// <summary>Matches values on one side of an operand.</summary>
internal sealed class ComparePredicate : FieldPredicate
{
    private readonly byte[]? _text;

    internal ComparePredicate(string field, ComparisonOperator comparison, in ColumnValue operand)
        : base(field, operand.Type.IsText() ? 4 : 2)
    {
        Comparison = comparison;
        Operand = operand;
        _text = operand.Type switch
        {
            ColumnType.String => StrictUtf8.Encoding.GetBytes(operand.AsString()),
            ColumnType.Bytes => operand.AsBytes(),
            _ => null,
        };
    }

    internal ComparisonOperator Comparison { get; }

    internal ColumnValue Operand { get; }

    /// <summary>The operand's bytes, if it is a string or bytes.</summary>
    internal byte[]? Text => _text;

    internal override bool Matches(in ColumnValue value) =>
        ValueOrder.TryCompare(value, Operand, out int order) && Comparison.Accepts(order);

    private protected override bool HasPartsOf(Predicate other) => other is ComparePredicate same
        && Field == same.Field && Comparison == same.Comparison && Operand.Equals(same.Operand);

    private protected override int HashParts() => HashCode.Combine(Field, Comparison, Operand);
}
