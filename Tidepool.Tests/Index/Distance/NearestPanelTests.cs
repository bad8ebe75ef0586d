using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Index.Distance;

public sealed class NearestPanelTests
{
    private const int Slots = NearestPanel.TileRows * NearestPanel.Slots;

    [Test]
    public void Compare_BetweenGuardPages_EqualsTheDefinition()
    {
        var random = new Random(5);
        using var tileMemory = new GuardedMemory(NearestPanel.TileRows * 600);
        using var panelMemory = new GuardedMemory(NearestPanel.PanelCenters * 600);
        using var normMemory = new GuardedMemory(NearestPanel.PanelCenters);
        using var valueMemory = new GuardedMemory(Slots);
        foreach (int dimensions in Enumerable.Range(0, 70).Concat([96, 100, 128, 200, 600]))
        {
            Span<float> tile = tileMemory.AtEnd(NearestPanel.TileRows * dimensions);
            Span<float> panel = panelMemory.AtEnd(NearestPanel.PanelCenters * dimensions);
            Span<float> norms = normMemory.AtEnd(NearestPanel.PanelCenters);
            Span<float> values = valueMemory.AtEnd(Slots);
            int[] centers = new int[Slots];
            float[] expectedValues = new float[Slots];
            int[] expectedCenters = new int[Slots];
            values.Fill(float.PositiveInfinity);
            expectedValues.AsSpan().Fill(float.PositiveInfinity);
            for (int first = 0; first < 3 * NearestPanel.PanelCenters; first += NearestPanel.PanelCenters)
            {
                // Small integers: sums are exact in any order, and there are ties.
                FillIntegers(tile, random);
                FillIntegers(panel, random);
                FillIntegers(norms, random);

                NearestPanel.Compare(tile, panel, norms, first, values, centers);
                NearestPanel.CompareScalar(tile, panel, norms, first, expectedValues, expectedCenters);

                Assert.That(values.ToArray(), Is.EqualTo(expectedValues), $"{dimensions} dimensions, from {first}");
                Assert.That(centers, Is.EqualTo(expectedCenters), $"{dimensions} dimensions, from {first}");
            }
        }
    }

    [Test]
    public void Compare_WithValuesThatAreNoNumbers_KeepsWhatWasBest()
    {
        float[] tile = new float[NearestPanel.TileRows];
        float[] panel = new float[NearestPanel.PanelCenters];
        float[] norms = new float[NearestPanel.PanelCenters];
        tile.AsSpan().Fill(float.PositiveInfinity); // Times a center of zero: not a number.
        float[] values = new float[Slots];
        int[] centers = new int[Slots];
        values.AsSpan().Fill(float.PositiveInfinity);
        centers.AsSpan().Fill(7);

        NearestPanel.Compare(tile, panel, norms, 32, values, centers);

        Assert.That(values, Is.All.EqualTo(float.PositiveInfinity));
        Assert.That(centers, Is.All.EqualTo(7));
    }

    [Test]
    public void Compare_WithRowsOfAnotherLength_Refuses()
    {
        float[] panel = new float[NearestPanel.PanelCenters * 4];
        float[] norms = new float[NearestPanel.PanelCenters];

        Assert.That(
            () => NearestPanel.Compare(
                new float[NearestPanel.TileRows * 3], panel, norms, 0, new float[Slots], new int[Slots]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => NearestPanel.Compare(
                new float[NearestPanel.TileRows * 4], panel, norms, 0, new float[Slots - 1], new int[Slots]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static void FillIntegers(Span<float> values, Random random)
    {
        foreach (ref float value in values)
        {
            value = random.Next(-3, 4);
        }
    }
}
