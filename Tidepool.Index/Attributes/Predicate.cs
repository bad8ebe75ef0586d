namespace Tidepool.Index.Attributes;

/// <summary>An immutable filter over the attributes of a row.</summary>
/// <remarks>
/// A row without an attribute has the value null. Every condition but <see cref="IsNull"/> and those made of it is
/// false for null, and <see cref="Not"/> is a plain complement, so that "not equal" matches null. What equal and less
/// mean is <see cref="ValueOrder"/>; a value of a type that a condition does not fit does not match. Operands belong to
/// the predicate: nobody may change an array that was given. Equal predicates were put together alike from equal values
/// of the same types, so that they match the same.
/// </remarks>
internal abstract class Predicate : IEquatable<Predicate>
{
    internal const int MaxDepth = 256;

    private int _hash; // 0 before it is asked for.

    /// <param name="depth">How many predicates lie inside each other, itself included.</param>
    /// <param name="cost">Orders the parts of a conjunction: the cheap ones are evaluated first.</param>
    private protected Predicate(int depth, int cost)
    {
        if (depth > MaxDepth)
        {
            throw new ArgumentException($"A filter is nested {depth} levels deep; expected at most {MaxDepth}.");
        }

        Depth = depth;
        Cost = cost;
    }

    internal int Depth { get; }

    internal int Cost { get; }

    /// <summary>Matches what all match; everything if there are none.</summary>
    internal static Predicate And(params ReadOnlySpan<Predicate> operands) => Join(isAnd: true, operands);

    /// <summary>Matches what any matches; nothing if there are none.</summary>
    internal static Predicate Or(params ReadOnlySpan<Predicate> operands) => Join(isAnd: false, operands);

    internal static Predicate Not(Predicate operand) =>
        operand is NotPredicate not ? not.Operand : new NotPredicate(operand);

    internal static Predicate IsNull(string field) => new NullPredicate(field);

    internal static Predicate Exists(string field) => Not(IsNull(field));

    internal static Predicate Equal(string field, in ColumnValue value) => In(field, value);

    internal static Predicate NotEqual(string field, in ColumnValue value) => Not(Equal(field, value));

    internal static Predicate Less(string field, in ColumnValue value) =>
        new ComparePredicate(field, ComparisonOperator.Less, value);

    internal static Predicate LessOrEqual(string field, in ColumnValue value) =>
        new ComparePredicate(field, ComparisonOperator.LessOrEqual, value);

    internal static Predicate Greater(string field, in ColumnValue value) =>
        new ComparePredicate(field, ComparisonOperator.Greater, value);

    internal static Predicate GreaterOrEqual(string field, in ColumnValue value) =>
        new ComparePredicate(field, ComparisonOperator.GreaterOrEqual, value);

    /// <summary>Matches a value that equals one of these; null may be among them.</summary>
    internal static Predicate In(string field, params ReadOnlySpan<ColumnValue> values)
    {
        var set = new OperandSet(values);
        var predicate = new InPredicate(field, set);
        return !set.HasNull ? predicate : set.Values.IsEmpty ? IsNull(field) : Or(IsNull(field), predicate);
    }

    /// <summary>Matches an array that has the element.</summary>
    internal static Predicate Contains(string field, in ColumnValue element) => ContainsAny(field, element);

    /// <summary>Matches an array that has one of the elements.</summary>
    internal static Predicate ContainsAny(string field, params ReadOnlySpan<ColumnValue> elements) =>
        new ContainsPredicate(field, [new OperandSet(elements)]);

    /// <summary>Matches an array that has all of the elements; every array has all of none.</summary>
    internal static Predicate ContainsAll(string field, params ReadOnlySpan<ColumnValue> elements)
    {
        var sets = new OperandSet[elements.Length];
        for (int i = 0; i < sets.Length; i++)
        {
            sets[i] = new OperandSet([elements[i]]);
        }

        return new ContainsPredicate(field, sets);
    }

    internal static Predicate StartsWith(string field, string prefix) => new PrefixPredicate(field, prefix);

    /// <summary>Matches a string that fits a pattern as a whole; see <see cref="GlobPattern"/>.</summary>
    internal static Predicate Glob(string field, string pattern)
    {
        var glob = new GlobPattern(pattern);
        return glob.Kind switch
        {
            GlobKind.Literal => Equal(field, ColumnValue.FromString(glob.LiteralPrefix)),
            GlobKind.Prefix => StartsWith(field, glob.LiteralPrefix),
            _ => new GlobPredicate(field, glob),
        };
    }

    public bool Equals(Predicate? other) => ReferenceEquals(this, other) ||
        (other is not null && GetType() == other.GetType() && GetHashCode() == other.GetHashCode() &&
            HasPartsOf(other));

    public sealed override bool Equals(object? obj) => Equals(obj as Predicate);

    public sealed override int GetHashCode()
    {
        if (_hash == 0)
        {
            _hash = HashCode.Combine(GetType(), HashParts()) | 1;
        }

        return _hash;
    }

    /// <summary>Whether another predicate of the same type is made of the same.</summary>
    private protected abstract bool HasPartsOf(Predicate other);

    private protected abstract int HashParts();

    private static Predicate Join(bool isAnd, ReadOnlySpan<Predicate> operands)
    {
        var parts = new List<Predicate>(operands.Length);
        foreach (Predicate operand in operands)
        {
            if (operand is JunctionPredicate junction && junction.IsAnd == isAnd)
            {
                parts.AddRange(junction.Operands);
            }
            else
            {
                parts.Add(operand);
            }
        }

        return parts.Count == 1 ? parts[0] : new JunctionPredicate(isAnd, [.. parts.OrderBy(part => part.Cost)]);
    }
}
