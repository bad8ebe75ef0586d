using System.Buffers;
using System.Text;

namespace Tidepool.Index.Attributes;

/// <summary>Matches strings that fit a pattern.</summary>
internal sealed class GlobPredicate(string field, GlobPattern pattern) : FieldPredicate(field, cost: 16)
{
    internal GlobPattern Pattern { get; } = pattern;

    internal override bool Matches(in ColumnValue value)
    {
        if (value.Type != ColumnType.String)
        {
            return false;
        }

        string text = value.AsString();
        byte[] rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return Pattern.IsMatch(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private protected override bool HasPartsOf(Predicate other) =>
        other is GlobPredicate same && Field == same.Field && Pattern.Text == same.Pattern.Text;

    private protected override int HashParts() => HashCode.Combine(Field, Pattern.Text);
}
