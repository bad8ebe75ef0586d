namespace Tidepool.Index.Attributes;

/// <summary>A condition on one attribute.</summary>
internal abstract class FieldPredicate : Predicate
{
    private protected FieldPredicate(string field, int cost)
        : base(depth: 1, cost) => Field = field;

    internal string Field { get; }

    /// <summary>Whether a value meets the condition: the definition that the column scans are held to.</summary>
    internal abstract bool Matches(in ColumnValue value);
}
