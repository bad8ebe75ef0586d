using NUnit.Framework;
using Tidepool.Index.Clustering;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Clustering;

public sealed class CenterFinderTests
{
    [Test]
    public void Find_OfAnyShape_IsHardlyFartherThanTheNearest(
        [Values(0, 1, 11, 12, 13, 400, 800)] int rowCount,
        [Values(1, 31, 32, 33, 300)] int centerCount,
        [Values(1, 32, 64, 100, 112, 256)] int dimensions)
    {
        var random = new Random(rowCount + centerCount + dimensions);
        float[] centers = Noise(centerCount * dimensions, random);
        float[] rows = Noise(rowCount * dimensions, random);
        int[] nearest = new int[rowCount];
        float[] distances = new float[rowCount];

        new CenterFinder(centers, dimensions).Find(rows, nearest, distances);

        double found = 0;
        double least = 0;
        for (int row = 0; row < rowCount; row++)
        {
            float[] all = [.. Enumerable.Range(0, centerCount).Select(center => Measure(center, row))];
            Assert.That(distances[row], Is.EqualTo(all[nearest[row]]).Within(1e-4f * (1 + all.Min())), $"row {row}");

            // Codes miss products by 0.0025 of the norms' product, d / 3, and differences of distances by 2 √2 times
            // that: here is room for seven times as much.
            Assert.That(distances[row], Is.LessThanOrEqualTo(all.Min() + (0.05f * dimensions / 3)), $"row {row}");
            found += distances[row];
            least += all.Min();
        }

        Assert.That(found, Is.LessThanOrEqualTo((least * 1.003) + 1e-4));

        float Measure(int center, int row) => Float32Kernels.SquaredEuclidean(
            rows.AsSpan(row * dimensions, dimensions), centers.AsSpan(center * dimensions, dimensions));
    }

    [Test]
    public void Find_WhereverARowStands_GivesItTheSameCenter()
    {
        const int Dimensions = 64;
        var random = new Random(4);
        float[] rows = Noise(900 * Dimensions, random);
        var finder = new CenterFinder(Noise(70 * Dimensions, random), Dimensions);
        int[] together = new int[900];
        int[] alone = new int[900];

        finder.Find(rows, together, new float[900]);
        for (int row = 0; row < alone.Length; row++)
        {
            finder.Find(rows.AsSpan(row * Dimensions, Dimensions), alone.AsSpan(row, 1), new float[1]);
        }

        Assert.That(together, Is.EqualTo(alone));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    [TestCase(float.MaxValue)]
    [TestCase(0f)]
    public void Find_OfValuesOutOfRange_NamesSomeCenter(float value)
    {
        const int Dimensions = 64;
        var random = new Random(9);
        float[] centers = Noise(40 * Dimensions, random);
        float[] rows = Noise(30 * Dimensions, random);
        rows.AsSpan(3 * Dimensions, Dimensions).Fill(value);
        centers[(7 * Dimensions) + 2] = value;
        int[] nearest = new int[30];

        new CenterFinder(centers, Dimensions).Find(rows, nearest, new float[30]);

        Assert.That(nearest, Is.All.InRange(0, 39));
    }

    private static float[] Noise(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
}
