using NUnit.Framework;
using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

public sealed class NumericRangeTests
{
    private static readonly long[] s_integers = [.. new[]
    {
        0L, 1L << 52, 1L << 53, 1L << 54, 1L << 62, (1L << 62) + 512, (1L << 62) + 513, long.MaxValue - 512,
        -(1L << 53), -(1L << 62) - 512, long.MinValue + 1,
    }.SelectMany(value => new[] { value - 1, value, value + 1 }), long.MaxValue - 1, long.MaxValue];

    private static readonly double[] s_doubles = [.. s_integers.Select(value => (double)value)
        .Concat([0.5, -0.5, -0.0, 1e300, -1e300, double.MaxValue, double.MinValue])
        .SelectMany(value => new[] { value, double.BitIncrement(value), double.BitDecrement(value) }),
        double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    private static readonly object[] s_comparisons = [.. Enum.GetValues<ComparisonOperator>()];

    private static readonly ColumnValue[] s_operands =
        [.. s_integers.Select(ColumnValue.FromInt64), .. s_doubles.Select(ColumnValue.FromDouble)];

    [Test]
    public void TryGet_OfIntegers_TakesThoseThatCompareSo([ValueSource(nameof(s_comparisons))] object comparison)
    {
        foreach (ColumnValue operand in s_operands)
        {
            bool hasAny = NumericRange.TryGet((ComparisonOperator)comparison, operand, out long low, out long high);
            foreach (long value in s_integers)
            {
                Assert.That(
                    hasAny && value >= low && value <= high,
                    Is.EqualTo(Compares(ColumnValue.FromInt64(value), (ComparisonOperator)comparison, operand)),
                    $"{value} {comparison} {operand}");
            }
        }
    }

    [Test]
    public void TryGet_OfDoubles_TakesThoseThatCompareSo([ValueSource(nameof(s_comparisons))] object comparison)
    {
        foreach (ColumnValue operand in s_operands)
        {
            bool hasAny = NumericRange.TryGet((ComparisonOperator)comparison, operand, out double low, out double high);
            foreach (double value in s_doubles)
            {
                Assert.That(
                    hasAny && value >= low && value <= high,
                    Is.EqualTo(Compares(ColumnValue.FromDouble(value), (ComparisonOperator)comparison, operand)),
                    $"{value:R} {comparison} {operand}");
            }
        }
    }

    [Test]
    public void OperandSet_OfEveryNumber_HasWhatEqualsIt()
    {
        foreach (ColumnValue operand in s_operands)
        {
            var set = new OperandSet([operand]);
            foreach (long value in s_integers)
            {
                bool isEqual = ValueOrder.AreEqual(ColumnValue.FromInt64(value), operand);
                Assert.That(set.Integers.Contains(value), Is.EqualTo(isEqual), $"{value} == {operand}");
            }

            foreach (double value in s_doubles.Where(value => !double.IsNaN(value)))
            {
                bool isEqual = ValueOrder.AreEqual(ColumnValue.FromDouble(value), operand);
                Assert.That(set.Doubles.Contains(value), Is.EqualTo(isEqual), $"{value:R} == {operand}");
            }
        }
    }

    private static bool Compares(ColumnValue value, ComparisonOperator comparison, ColumnValue operand) =>
        ValueOrder.TryCompare(value, operand, out int order) && comparison.Accepts(order);
}
