using NUnit.Framework;
using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

internal sealed class PredicateEqualityTests
{
    private static readonly Func<Predicate>[] s_predicates =
    [
        () => Predicate.And(),
        () => Predicate.Or(),
        () => Predicate.IsNull("a"),
        () => Predicate.IsNull("b"),
        () => Predicate.Exists("a"),
        () => Predicate.Less("a", ColumnValue.FromInt64(5)),
        () => Predicate.LessOrEqual("a", ColumnValue.FromInt64(5)),
        () => Predicate.Less("a", ColumnValue.FromInt64(6)),
        () => Predicate.Less("a", ColumnValue.FromDouble(5)),
        () => Predicate.Less("b", ColumnValue.FromInt64(5)),
        () => Predicate.Less("a", ColumnValue.FromString("5")),
        () => Predicate.Equal("a", ColumnValue.FromString("x")),
        () => Predicate.NotEqual("a", ColumnValue.FromString("x")),
        () => Predicate.In("a", ColumnValue.FromString("x"), ColumnValue.FromString("y")),
        () => Predicate.In("a", ColumnValue.FromString("x"), ColumnValue.Null),
        () => Predicate.Contains("a", ColumnValue.FromString("x")),
        () => Predicate.ContainsAny("a", ColumnValue.FromString("x"), ColumnValue.FromString("y")),
        () => Predicate.ContainsAll("a", ColumnValue.FromString("x"), ColumnValue.FromString("y")),
        () => Predicate.StartsWith("a", "x"),
        () => Predicate.StartsWith("a", "xy"),
        () => Predicate.Glob("a", "*x"),
        () => Predicate.Glob("a", "*x?"),
        () => Predicate.And(Predicate.IsNull("a"), Predicate.IsNull("b")),
        () => Predicate.Or(Predicate.IsNull("a"), Predicate.IsNull("b")),
    ];

    [Test]
    public void Equals_MadeAlike_IsEqual_AndNothingElseIs()
    {
        for (int left = 0; left < s_predicates.Length; left++)
        {
            for (int right = 0; right < s_predicates.Length; right++)
            {
                Predicate one = s_predicates[left]();
                Predicate other = s_predicates[right]();
                Assert.That(one.Equals(other), Is.EqualTo(left == right), $"{left} and {right}");
                Assert.That(left != right || one.GetHashCode() == other.GetHashCode(), Is.True);
            }
        }
    }

    [Test]
    public void Equals_RandomPredicates_MatchTheSameRows()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Predicate one = RandomPredicate.Create(new RandomValues(new Random(seed)), depth: 3).Predicate;
            Predicate same = RandomPredicate.Create(new RandomValues(new Random(seed)), depth: 3).Predicate;
            Predicate other = RandomPredicate.Create(new RandomValues(new Random(seed + 1000)), depth: 3).Predicate;

            Assert.That(one, Is.EqualTo(same), $"seed {seed}");
            Assert.That(one.GetHashCode(), Is.EqualTo(same.GetHashCode()), $"seed {seed}");
            Assert.That(other.Equals(one), Is.EqualTo(one.Equals(other)), $"seed {seed}");
        }
    }
}
