namespace Tidepool;

/// <summary>All of several filters, or any of them; at least two, none of which is a junction of the same
/// kind.</summary>
internal sealed class JunctionFilter : Filter
{
    private readonly Filter[] _operands;

    private JunctionFilter(bool isAnd, Filter[] operands)
        : base(
            operands.Max(operand => operand.Depth) + 1,
            operands.Sum(operand => operand.ConditionCount),
            operands.Sum(operand => operand.ValueCount))
    {
        IsAnd = isAnd;
        _operands = operands;
    }

    internal bool IsAnd { get; }

    internal ReadOnlySpan<Filter> Operands => _operands;

    public override string ToString() =>
        $"({string.Join(IsAnd ? " & " : " | ", _operands.Select(operand => operand.ToString()))})";

    internal static JunctionFilter Create(bool isAnd, Filter left, Filter right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new JunctionFilter(isAnd, [.. Flatten(isAnd, left), .. Flatten(isAnd, right)]);
    }

    private static Filter[] Flatten(bool isAnd, Filter filter) =>
        filter is JunctionFilter junction && junction.IsAnd == isAnd ? junction._operands : [filter];
}
