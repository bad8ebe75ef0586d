using System.Text;
using NUnit.Framework;
using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

public sealed class ValueOrderTests
{
    [TestCase(9_007_199_254_740_993L, 9_007_199_254_740_992.0, 1)] // 2^53 + 1 has no double of its own.
    [TestCase(-9_007_199_254_740_993L, -9_007_199_254_740_992.0, -1)]
    [TestCase(long.MaxValue, 9_223_372_036_854_775_808.0, -1)]
    [TestCase(long.MaxValue, 9_223_372_036_854_774_784.0, 1)]
    [TestCase(long.MinValue, -9_223_372_036_854_775_808.0, 0)]
    [TestCase(long.MinValue, -9_223_372_036_854_777_856.0, 1)]
    [TestCase(0L, -0.0, 0)]
    [TestCase(0L, double.Epsilon, -1)]
    [TestCase(0L, -double.Epsilon, 1)]
    [TestCase(-1L, -1.5, 1)]
    [TestCase(-2L, -1.5, -1)]
    [TestCase(5L, double.PositiveInfinity, -1)]
    [TestCase(5L, double.NegativeInfinity, 1)]
    public void TryCompare_IntegerWithDouble_IsExact(long left, double right, int expected)
    {
        ColumnValue integer = ColumnValue.FromInt64(left);
        ColumnValue number = ColumnValue.FromDouble(right);

        Assert.That(ValueOrder.TryCompare(integer, number, out int order), Is.True);
        Assert.That(Math.Sign(order), Is.EqualTo(expected));
        Assert.That(ValueOrder.TryCompare(number, integer, out int reverse), Is.True);
        Assert.That(Math.Sign(reverse), Is.EqualTo(-expected));
        Assert.That(ValueOrder.AreEqual(integer, number), Is.EqualTo(expected == 0));
    }

    [Test]
    public void NaN_InComparisons_IsNeitherEqualNorOrdered()
    {
        ColumnValue nan = ColumnValue.FromDouble(double.NaN);
        foreach (ColumnValue other in (ColumnValue[])[nan, ColumnValue.FromDouble(1), ColumnValue.FromInt64(1)])
        {
            Assert.That(ValueOrder.AreEqual(nan, other), Is.False);
            Assert.That(ValueOrder.TryCompare(nan, other, out _), Is.False);
            Assert.That(ValueOrder.TryCompare(other, nan, out _), Is.False);
        }

        Assert.That(nan, Is.EqualTo(nan), "As a stored value it is what it is.");
    }

    [Test]
    public void CompareAsUtf8_RandomStrings_IsTheOrderOfTheirBytes()
    {
        var values = new RandomValues(new Random(1));
        for (int i = 0; i < 5_000; i++)
        {
            string left = values.NextString();
            string right = values.NextString();
            int expected = Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
            Assert.That(
                Math.Sign(ValueOrder.CompareAsUtf8(left, right)), Is.EqualTo(Math.Sign(expected)), $"{left} {right}");
        }
    }

    [Test]
    public void Values_OfDifferentTypes_AreNeitherEqualNorOrdered()
    {
        var values = new RandomValues(new Random(1));
        foreach (ColumnType left in RandomValues.AllTypes)
        {
            foreach (ColumnType right in RandomValues.AllTypes)
            {
                if (left != right && !(left.IsNumber() && right.IsNumber()))
                {
                    ColumnValue leftValue = values.Next(left);
                    ColumnValue rightValue = values.Next(right);
                    Assert.That(ValueOrder.AreEqual(leftValue, rightValue), Is.False);
                    Assert.That(ValueOrder.TryCompare(leftValue, rightValue, out _), Is.False);
                    Assert.That(leftValue, Is.Not.EqualTo(rightValue));
                }
            }
        }
    }

    [Test]
    public void Equals_OfStoredValues_ComparesContents()
    {
        foreach (ColumnType type in RandomValues.AllTypes)
        {
            for (int seed = 0; seed < 50; seed++)
            {
                ColumnValue left = new RandomValues(new Random(seed)).Next(type);
                ColumnValue right = new RandomValues(new Random(seed)).Next(type);
                Assert.That(left, Is.EqualTo(right));
                Assert.That(left.GetHashCode(), Is.EqualTo(right.GetHashCode()));
                Assert.That(left.IsNull, Is.False);
            }
        }
    }
}
