using System.Runtime.InteropServices;
using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Index.Distance;

public sealed class CodedPanelTests
{
    private const int Slots = CodedPanel.TileRows * CodedPanel.Slots;

    [Test]
    public void Compare_BetweenGuardPages_EqualsTheDefinition([Values(2, 63)] int largestLevel)
    {
        // With the largest levels, sums wrap around on every path alike.
        var random = new Random(5);
        using var tileMemory = new GuardedMemory(CodedPanel.TileRows * 600);
        using var panelMemory = new GuardedMemory(CodedPanel.PanelCenters * 600);
        using var normMemory = new GuardedMemory(CodedPanel.PanelCenters);
        using var valueMemory = new GuardedMemory(Slots);
        foreach (int dimensions in Enumerable.Range(0, 20).Select(i => 4 * i).Concat([96, 100, 128, 256, 600]))
        {
            Span<byte> tile = MemoryMarshal.AsBytes(tileMemory.AtEnd(CodedPanel.TileRows * dimensions / 4));
            Span<sbyte> panel = MemoryMarshal.Cast<float, sbyte>(
                panelMemory.AtEnd(CodedPanel.PanelCenters * dimensions / 4));
            Span<float> norms = normMemory.AtEnd(CodedPanel.PanelCenters);
            Span<float> values = valueMemory.AtEnd(Slots);
            short[] starts = [.. Enumerable.Range(0, 2 * CodedPanel.PanelCenters).Select(_ => (short)random.Next())];
            float[] factors = [.. Enumerable.Range(0, CodedPanel.TileRows).Select(_ => -random.Next(4) / 16f)];
            int[] centers = new int[Slots];
            float[] expectedValues = new float[Slots];
            int[] expectedCenters = new int[Slots];
            values.Fill(float.PositiveInfinity);
            expectedValues.AsSpan().Fill(float.PositiveInfinity);
            for (int first = 0; first < 3 * CodedPanel.PanelCenters; first += CodedPanel.PanelCenters)
            {
                Fill(MemoryMarshal.Cast<byte, sbyte>(tile), largestLevel, CodedPanel.Zero, random);
                Fill(panel, largestLevel, zero: 0, random);
                for (int i = 0; i < norms.Length; i++)
                {
                    norms[i] = random.Next(-3, 4);
                }

                CodedPanel.Compare(tile, factors, panel, starts, norms, first, values, centers);
                CodedPanel.CompareScalar(
                    tile, factors, panel, starts, norms, first, expectedValues, expectedCenters);

                Assert.That(values.ToArray(), Is.EqualTo(expectedValues), $"{dimensions} dimensions, from {first}");
                Assert.That(centers, Is.EqualTo(expectedCenters), $"{dimensions} dimensions, from {first}");
            }
        }
    }

    [Test]
    public void Compare_WithNormsThatAreNoNumbers_KeepsWhatWasBest()
    {
        float[] norms = [.. Enumerable.Repeat(float.NaN, CodedPanel.PanelCenters)];
        float[] values = [.. Enumerable.Repeat(float.PositiveInfinity, Slots)];
        int[] centers = [.. Enumerable.Repeat(7, Slots)];

        CodedPanel.Compare(
            new byte[CodedPanel.TileRows * 4],
            new float[CodedPanel.TileRows],
            new sbyte[CodedPanel.PanelCenters * 4],
            new short[2 * CodedPanel.PanelCenters],
            norms,
            32,
            values,
            centers);

        Assert.That(values, Is.All.EqualTo(float.PositiveInfinity));
        Assert.That(centers, Is.All.EqualTo(7));
    }

    [TestCase(8, 12, 64, 32)]
    [TestCase(4, 11, 64, 32)]
    [TestCase(4, 12, 63, 32)]
    [TestCase(4, 12, 64, 31)]
    public void Compare_WithAnotherLength_Refuses(int dimensions, int rowCount, int startCount, int normCount)
    {
        Assert.That(
            () => CodedPanel.Compare(
                new byte[CodedPanel.TileRows * dimensions],
                new float[rowCount],
                new sbyte[CodedPanel.PanelCenters * 4],
                new short[startCount],
                new float[normCount],
                0,
                new float[Slots],
                new int[Slots]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static void Fill(Span<sbyte> levels, int largest, int zero, Random random)
    {
        foreach (ref sbyte level in levels)
        {
            level = (sbyte)(random.Next(-largest, largest + 1) + zero);
        }
    }
}
