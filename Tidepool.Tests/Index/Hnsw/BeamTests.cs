using NUnit.Framework;
using Tidepool.Index.Hnsw;

namespace Tidepool.Tests.Index.Hnsw;

public sealed class BeamTests
{
    [Test]
    public void Offer_OfAnything_KeepsTheNearestWantedAndWhatLiesBetween([Values(1, 2, 7, 64)] int ef)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var beam = new Beam();
            beam.Reset(ef);
            var all = new List<(float Distance, int Node, bool IsWanted)>();
            for (int node = 0; node < 300; node++)
            {
                bool isWanted = seed % 2 == 0 || random.Next(3) > 0;
                float distance = random.Next(500);
                all.Add((distance, node, isWanted));
                beam.Offer(distance, node, isWanted);
            }

            int[] nodes = new int[ef];
            float[] distances = new float[ef];
            float[] expected =
                [.. all.Where(entry => entry.IsWanted).Select(entry => entry.Distance).Order().Take(ef)];
            Assert.That(beam.CopyWanted(nodes, distances), Is.EqualTo(ef), $"seed {seed}");
            Assert.That(distances, Is.EqualTo(expected), $"seed {seed}");
            Assert.That(nodes.Select(node => all[node].IsWanted), Is.All.True);
            Assert.That(beam.Bound, Is.EqualTo(expected[^1]), $"seed {seed}");
        }
    }

    [Test]
    public void TryTake_GivesEachNodeOnceAndTheNearestFirst()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var beam = new Beam();
            beam.Reset(20);
            var open = new List<(float Distance, int Node)>();
            int next = 0;
            for (int step = 0; step < 200; step++)
            {
                for (int i = random.Next(4); i > 0; i--)
                {
                    // No two are equally far.
                    float distance = (random.Next(1_000) * 1_024) + next;
                    open.Add((distance, next));
                    beam.Offer(distance, next++);
                }

                open.RemoveAll(entry => entry.Distance > beam.Bound);
                int expected = open.Count == 0 ? -1 : open.Min().Node;
                Assert.That(beam.Peek(), Is.EqualTo(expected), $"seed {seed}, step {step}");
                Assert.That(beam.TryTake(out int node), Is.EqualTo(expected >= 0));
                Assert.That(node, Is.EqualTo(expected), $"seed {seed}, step {step}");
                open.RemoveAll(entry => entry.Node == node);
            }
        }
    }

    [Test]
    public void Offer_WithoutWantedNodes_KeepsABoundedNumber()
    {
        var beam = new Beam();
        beam.Reset(4);
        for (int node = 0; node < 1_000; node++)
        {
            beam.Offer(1_000 - node, node, isWanted: false);
        }

        Assert.That(beam.Bound, Is.EqualTo(64), "Sixteen times four.");
        Assert.That(beam.WantedCount, Is.Zero);
        Assert.That(beam.CopyWanted(new int[4], new float[4]), Is.Zero);
    }

    [Test]
    public void Offer_OfWhatIsNoNumber_CountsAsFarthest()
    {
        var beam = new Beam();
        beam.Reset(2);
        beam.Offer(float.NaN, 1);
        beam.Offer(float.PositiveInfinity, 2);
        beam.Offer(5, 3);
        beam.Offer(float.NegativeInfinity, 4);

        int[] nodes = new int[2];
        Assert.That(beam.CopyWanted(nodes, new float[2]), Is.EqualTo(2));
        Assert.That(nodes, Is.EqualTo([4, 3]));
    }

    [Test]
    public void Reset_ForgetsAll()
    {
        var beam = new Beam();
        beam.Reset(2);
        beam.Offer(1, 1);
        beam.Offer(2, 2);
        beam.Reset(3);

        Assert.That(beam.TryTake(out _), Is.False);
        Assert.That(beam.Peek(), Is.EqualTo(-1));
        Assert.That(beam.WantedCount, Is.Zero);
        Assert.That(beam.Bound, Is.EqualTo(float.PositiveInfinity));
    }
}
