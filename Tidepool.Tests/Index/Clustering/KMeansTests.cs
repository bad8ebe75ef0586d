using NUnit.Framework;
using Tidepool.Index.Clustering;
using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Tests.Index.Clustering;

public sealed class KMeansTests
{
    private const int Dimensions = 32;

    [Test]
    public void Train_WithAnyNumberOfWorkers_GivesTheSameBytes()
    {
        float[] sample = Mixture(rowCount: 9_000, groups: 40, seed: 3);

        float[] alone = Train(sample, centerCount: 150, SingleWorker.Instance);
        float[] together = Train(sample, centerCount: 150, new ParallelWorkers(4));

        Assert.That(together, Is.EqualTo(alone));
        Assert.That(Train(sample, centerCount: 150, SingleWorker.Instance), Is.EqualTo(alone));
    }

    [Test]
    public void Train_WithAnotherSeed_StartsElsewhere()
    {
        float[] sample = Mixture(rowCount: 500, groups: 40, seed: 3);

        float[] first = KMeans.Train(sample, Dimensions, 10, 1, 1, SingleWorker.Instance, default);
        float[] second = KMeans.Train(sample, Dimensions, 10, 1, 2, SingleWorker.Instance, default);

        Assert.That(second, Is.Not.EqualTo(first));
    }

    [Test]
    public void Train_OnAMixture_ComesNearTheSpreadWithinItsGroups()
    {
        // Each row is its group's center and noise of variance 0.01 in each dimension: 0.32 in all. Forgy's start
        // leaves some groups without a center, so twice as many centers as groups.
        float[] sample = Mixture(rowCount: 4_000, groups: 30, seed: 4);

        float[] centers = Train(sample, centerCount: 120, SingleWorker.Instance);

        Assert.That(MeanDistance(sample, centers), Is.LessThan(0.34));
        Assert.That(MeanDistance(sample, centers), Is.GreaterThan(0.25), "Better than the noise allows.");
    }

    [Test]
    public void Train_MoreRounds_FitBetter()
    {
        float[] sample = Mixture(rowCount: 3_000, groups: 300, seed: 5);

        float[] start = KMeans.Train(sample, Dimensions, 60, 0, 1, SingleWorker.Instance, default);
        float[] one = KMeans.Train(sample, Dimensions, 60, 1, 1, SingleWorker.Instance, default);
        float[] eight = KMeans.Train(sample, Dimensions, 60, 8, 1, SingleWorker.Instance, default);

        Assert.That(MeanDistance(sample, one), Is.LessThan(MeanDistance(sample, start)));
        Assert.That(MeanDistance(sample, eight), Is.LessThan(MeanDistance(sample, one)));
    }

    [Test]
    public void Train_FromGivenCenters_FindsTheMeansNearThem()
    {
        float[] sample = [-1, 0, 1, 9, 10, 11, 99, 101];

        float[] centers = KMeans.Train(
            sample, 1, [2, 8, 90], KMeans.Iterations, SingleWorker.Instance, CancellationToken.None);

        Assert.That(centers, Is.EqualTo(new float[] { 0, 10, 100 }));
    }

    [Test]
    public void Train_WithACenterNoRowIsNear_SplitsTheLargestGroup()
    {
        float[] sample = [10, 10, 10, 12, 12, 12, 100];

        float[] centers = KMeans.Train(sample, 1, [11, 100, 500], 5, SingleWorker.Instance, CancellationToken.None);

        Assert.That(centers.Order(), Is.EqualTo(new float[] { 10, 12, 100 }));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5)]
    public void Train_WithFewerRowsThanCenters_PutsACenterOnEachRow(int rowCount)
    {
        float[] sample = Mixture(rowCount, groups: 7, seed: 6);

        float[] centers = Train(sample, centerCount: 40, SingleWorker.Instance);

        Assert.That(centers, Has.Length.EqualTo(40 * Dimensions));
        Assert.That(MeanDistance(sample, centers), Is.LessThan(1e-5));
    }

    [Test]
    public void Train_OnRowsThatAreAllAlike_StaysNearThem()
    {
        float[] sample = [.. Enumerable.Repeat(0.5f, 1_000 * Dimensions)];

        float[] centers = Train(sample, centerCount: 40, SingleWorker.Instance);

        Assert.That(centers, Is.All.EqualTo(0.5f).Within(0.01f));
        Assert.That(MeanDistance(sample, centers), Is.LessThan(1e-3));
    }

    [Test]
    public void Train_WhenCancelled_Stops()
    {
        float[] sample = Mixture(rowCount: 100, groups: 4, seed: 6);

        Assert.That(
            () => KMeans.Train(
                sample, Dimensions, 4, 8, 1, SingleWorker.Instance, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static float[] Train(float[] sample, int centerCount, IWorkers workers) =>
        KMeans.Train(sample, Dimensions, centerCount, KMeans.Iterations, seed: 1, workers, CancellationToken.None);

    private static double MeanDistance(float[] sample, float[] centers)
    {
        double sum = 0;
        for (int row = 0; row < sample.Length; row += Dimensions)
        {
            double nearest = double.PositiveInfinity;
            for (int center = 0; center < centers.Length; center += Dimensions)
            {
                nearest = Math.Min(nearest, Float32Kernels.SquaredEuclidean(
                    sample.AsSpan(row, Dimensions), centers.AsSpan(center, Dimensions)));
            }

            sum += nearest;
        }

        return sum / Math.Max(1, sample.Length / Dimensions);
    }

    private static float[] Mixture(int rowCount, int groups, int seed)
    {
        var random = new Random(seed);
        float[] centers = [.. Enumerable.Range(0, groups * Dimensions).Select(_ => Gaussian(random))];
        float[] rows = new float[rowCount * Dimensions];
        for (int row = 0; row < rowCount; row++)
        {
            int group = random.Next(groups);
            for (int i = 0; i < Dimensions; i++)
            {
                rows[(row * Dimensions) + i] = centers[(group * Dimensions) + i] + (0.1f * Gaussian(random));
            }
        }

        return rows;
    }

    private static float Gaussian(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
