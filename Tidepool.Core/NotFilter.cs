namespace Tidepool;

/// <summary>What another filter does not match.</summary>
internal sealed class NotFilter(Filter operand)
    : Filter(operand.Depth + 1, operand.ConditionCount, operand.ValueCount)
{
    internal Filter Operand { get; } = operand;

    public override string ToString() => $"!{Operand}";
}
