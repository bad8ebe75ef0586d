using NUnit.Framework;
using Tidepool.Index.Ivf;

namespace Tidepool.Tests.Index.Ivf;

internal sealed class SmallestValuesTests
{
    [Test]
    public void Find_WithFewFiniteValues_NamesOneThatKAreAtMost([Values(1, 10, 20, 21, 200)] int k)
    {
        var random = new Random(k);
        var smallest = new SmallestValues();
        for (int finite = 0; finite <= 400; finite += 7)
        {
            // All in few columns: what looks at columns only does not see them.
            float[] values = [.. Enumerable.Repeat(float.PositiveInfinity, 3200)];
            for (int i = 0; i < finite; i++)
            {
                values[(32 * (i % 100)) + (i / 100)] = random.NextSingle();
            }

            float found = smallest.Find(values, k);

            Assert.That(float.IsFinite(found), Is.EqualTo(finite >= k), $"{finite} finite values");
            Assert.That(values.Count(value => value <= found), Is.GreaterThanOrEqualTo(k));
        }
    }
}
