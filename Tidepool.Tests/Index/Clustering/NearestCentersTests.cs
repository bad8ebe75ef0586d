using NUnit.Framework;
using Tidepool.Index.Clustering;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Clustering;

public sealed class NearestCentersTests
{
    [Test]
    public void Assign_OfAnyShape_FindsTheFirstNearestCenter(
        [Values(0, 1, 11, 12, 13, 150, 700)] int rowCount,
        [Values(1, 31, 32, 33, 400)] int centerCount,
        [Values(1, 16, 100, 256)] int dimensions)
    {
        var random = new Random(rowCount + centerCount + dimensions);

        // Small integers: distances are exact, and some are equal. At 256 dimensions, 400 centers are more than a
        // group of panels and 700 rows more than a chunk.
        float[] centers = Integers(centerCount * dimensions, random);
        float[] rows = Integers(rowCount * dimensions, random);
        int[] nearest = new int[rowCount];
        float[] distances = new float[rowCount];

        NearestCenters.Assign(new CenterPanels(centers, centerCount, dimensions), rows, nearest, distances);

        for (int row = 0; row < rowCount; row++)
        {
            double[] expected = new double[centerCount];
            for (int center = 0; center < centerCount; center++)
            {
                expected[center] = ScalarKernels.SquaredEuclidean(
                    rows.AsSpan(row * dimensions, dimensions), centers.AsSpan(center * dimensions, dimensions));
            }

            Assert.That(distances[row], Is.EqualTo(expected.Min()), $"row {row}");
            Assert.That(nearest[row], Is.EqualTo(Array.IndexOf(expected, expected.Min())), $"row {row}");
        }
    }

    [Test]
    public void Assign_OfRowsOnCenters_FindsThemAtNoDistance()
    {
        const int Dimensions = 64;
        var random = new Random(8);
        float[] centers = [.. Enumerable.Range(0, 100 * Dimensions).Select(_ => random.NextSingle() - 0.5f)];
        int[] nearest = new int[100];
        float[] distances = new float[100];

        NearestCenters.Assign(new CenterPanels(centers, 100, Dimensions), centers, nearest, distances);

        Assert.That(nearest, Is.EqualTo(Enumerable.Range(0, 100)));
        Assert.That(distances, Is.All.InRange(0, 1e-5f));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    [TestCase(float.MaxValue)]
    public void Assign_OfValuesOutOfRange_NamesSomeCenter(float value)
    {
        const int Dimensions = 16;
        var random = new Random(9);
        float[] centers = Integers(40 * Dimensions, random);
        float[] rows = Integers(30 * Dimensions, random);
        rows.AsSpan(3 * Dimensions, Dimensions).Fill(value);
        centers[(7 * Dimensions) + 2] = value;
        int[] nearest = new int[30];

        NearestCenters.Assign(new CenterPanels(centers, 40, Dimensions), rows, nearest, new float[30]);

        Assert.That(nearest, Is.All.InRange(0, 39));
    }

    private static float[] Integers(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-2, 3))];
}
