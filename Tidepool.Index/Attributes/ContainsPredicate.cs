namespace Tidepool.Index.Attributes;

/// <summary>Matches arrays that have an element of each of its sets.</summary>
internal sealed class ContainsPredicate(string field, OperandSet[] sets)
    : FieldPredicate(field, 4 + sets.Sum(set => set.Cost))
{
    private readonly OperandSet[] _sets = sets;

    internal ReadOnlySpan<OperandSet> Sets => _sets;

    internal override bool Matches(in ColumnValue value)
    {
        if (!value.Type.IsArray())
        {
            return false;
        }

        foreach (OperandSet set in _sets)
        {
            if (!HasElementOf(value, set))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasElementOf(in ColumnValue value, OperandSet set)
    {
        for (int i = 0, count = value.ElementCount; i < count; i++)
        {
            if (set.Contains(value.GetElement(i)))
            {
                return true;
            }
        }

        return false;
    }

    private protected override bool HasPartsOf(Predicate other) =>
        other is ContainsPredicate same && Field == same.Field && Sets.SequenceEqual(same.Sets);

    private protected override int HashParts()
    {
        var hash = default(HashCode);
        hash.Add(Field);
        foreach (OperandSet set in _sets)
        {
            hash.Add(set);
        }

        return hash.ToHashCode();
    }
}
