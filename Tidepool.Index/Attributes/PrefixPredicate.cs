namespace Tidepool.Index.Attributes;

/// <summary>Matches strings that start with a prefix.</summary>
internal sealed class PrefixPredicate(string field, string prefix) : FieldPredicate(field, cost: 4)
{
    private readonly byte[] _utf8 = StrictUtf8.Encoding.GetBytes(prefix);

    internal ReadOnlySpan<byte> Utf8 => _utf8;

    internal override bool Matches(in ColumnValue value) => value.Type == ColumnType.String
        && value.AsString().StartsWith(prefix, StringComparison.Ordinal);

    private protected override bool HasPartsOf(Predicate other) =>
        other is PrefixPredicate same && Field == same.Field && Utf8.SequenceEqual(same.Utf8);

    private protected override int HashParts() => HashCode.Combine(Field, prefix);
}
