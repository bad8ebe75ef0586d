using NUnit.Framework;
using Tidepool.Index.Hnsw;

namespace Tidepool.Tests.Index.Hnsw;

public sealed class LevelSamplerTests
{
    [TestCase(2)]
    [TestCase(12)]
    public void Next_HasOneInMNodesOnTheNextLevel(int m)
    {
        var sampler = new LevelSampler(m, seed: 3);
        int[] levels = [.. Enumerable.Range(0, 100_000).Select(_ => sampler.Next())];

        double first = levels.Count(level => level >= 1);
        double second = levels.Count(level => level >= 2);

        Assert.That(first / levels.Length, Is.EqualTo(1.0 / m).Within(0.01));
        Assert.That(second / first, Is.EqualTo(1.0 / m).Within(0.02));
        Assert.That(levels, Is.All.InRange(0, LevelSampler.MaxLevel));
    }
}
