using NUnit.Framework;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Distance;

internal sealed class CodeKeysTests
{
    [Test]
    public void BoundSmallest_OfManyKeys_IsHardlyMoreThanTheKthSmallest(
        [Values(1, 2, 10, CodeKeys.MaxBound)] int k, [Values(32, 320, 3200)] int count)
    {
        var random = new Random(k + count);
        for (int i = 0; i < 50; i++)
        {
            float[] keys = [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 100) - 20)];

            float bound = CodeKeys.BoundSmallest(keys, k);

            int found = keys.Count(key => key <= bound);
            Assert.That(keys, Does.Contain(bound));
            Assert.That(found, Is.InRange(k, 5 * k));
        }
    }

    [Test]
    public void BoundSmallest_OfWhatIsNotFinite_CountsWhatIs()
    {
        float[] keys = [.. Enumerable.Repeat(float.PositiveInfinity, 96)];
        keys[5] = float.NaN;
        keys[37] = 3; // In the same column.
        keys[70] = 2;
        keys[95] = 2;

        Assert.That(CodeKeys.BoundSmallest(keys, 1), Is.EqualTo(2));
        Assert.That(CodeKeys.BoundSmallest(keys, 2), Is.EqualTo(2));
        Assert.That(CodeKeys.BoundSmallest(keys, 3), Is.EqualTo(3));
        Assert.That(CodeKeys.BoundSmallest(keys, 4), Is.EqualTo(float.PositiveInfinity));
        Assert.That(CodeKeys.BoundSmallest([], 1), Is.EqualTo(float.PositiveInfinity));
    }
}
