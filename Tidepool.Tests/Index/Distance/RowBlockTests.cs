using NUnit.Framework;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Distance;

public sealed class RowBlockTests
{
    private const float Inf = float.PositiveInfinity;

    [Test]
    public void Measure_AtEachCount_FlagsTheWantedRowsWithinTheBound([Range(0, RowBlock.MaxRows)] int count)
    {
        // Row i has the value i, so its distance to zero is i.
        float[] rows = [.. Enumerable.Range(0, count).Select(i => (float)i)];
        float[] distances = new float[count];
        const ulong Wanted = 0xF0F0_F0F0_F0F0_F0F3;

        ulong near = RowBlock.Measure<AbsoluteDifferenceTerm, ManhattanDistance>(
            [0f], 0, rows, default, Wanted, bound: 21, distances);

        ulong withinBound = (1UL << Math.Min(count, 22)) - 1;
        Assert.That(near, Is.EqualTo(withinBound & Wanted));
        Assert.That(distances, Is.EqualTo(rows));
    }

    [Test]
    public void Cosine_IsOneWhereANormIsZero()
    {
        float[] query = Enumerable.Repeat(1f, 20).ToArray();
        float[] rows = new float[20 * 5];
        query.CopyTo(rows, 20 * 2);

        float[] distances = Measure<DotTerm, CosineDistance>(query, rows);
        Assert.That(distances, Is.EqualTo(new[] { 1f, 1f, 0f, 1f, 1f }).Within(1e-6f));

        float[] fromZero = Measure<DotTerm, CosineDistance>(new float[20], rows);
        Assert.That(fromZero, Is.All.EqualTo(1f));
    }

    [Test]
    public void Cosine_NeverLeavesZeroToTwo()
    {
        var random = new Random(5);
        float[] query = new float[37];
        for (int round = 0; round < 200; round++)
        {
            KernelCases.Fill(query, random);
            float[] rows = [.. query.Select(x => 3.7f * x), .. query, .. query.Select(x => -0.3f * x), .. query];

            Assert.That(Measure<DotTerm, CosineDistance>(query, rows), Is.All.InRange(0f, 2f));
        }
    }

    [TestCase(1e25f)]
    [TestCase(1e-25f)]
    [TestCase(3e38f)]
    [TestCase(1e-40f)]
    public void Cosine_OfVectorsOfExtremeSize_IsAsExactAsOfOthers(float size)
    {
        var random = new Random(6);
        float[] query = new float[33];
        float[] rows = new float[33 * 7];
        KernelCases.Fill(query, random);
        KernelCases.Fill(rows, random);
        float[] hugeQuery = [.. query.Select(x => x * size)];
        float[] hugeRows = [.. rows.Select(x => x * size)];

        float[] expected = Measure<DotTerm, CosineDistance>(query, rows);
        Assert.That(Measure<DotTerm, CosineDistance>(hugeQuery, hugeRows), Is.EqualTo(expected).Within(1e-4f));
    }

    [Test]
    public void Dot_WhoseTermsOverflowAndCancel_IsExact()
    {
        // Single precision makes infinity - infinity of it: NaN.
        float[] query = [3e38f, 3e38f, 1, 2];
        float[] rows = [10, -10, 5, 6, -10, 10, 5, 6, 1, 1, 1, 1, 10, -10, -5, -6];

        float[] distances = Measure<DotTerm, DotProductDistance>(query, rows);

        Assert.That(distances, Is.EqualTo(new[] { -17f, -17f, -Inf, 17f }));
    }

    [Test]
    public void Euclidean_WhoseSquaresOverflow_IsFinite()
    {
        float[] query = [2e30f, 0, 0, 0, 0];
        float[] rows = [-1e30f, 0, 0, 0, 0, 2e30f, 0, 0, 0, 1];

        float[] distances = Measure<SquaredDifferenceTerm, EuclideanDistance>(query, rows);
        Assert.That(distances[0], Is.EqualTo(3e30f).Within(1e24f));
        Assert.That(distances[1], Is.EqualTo(1f));
        Assert.That(
            Measure<SquaredDifferenceTerm, SquaredEuclideanDistance>(query, rows), Is.EqualTo(new[] { Inf, 1f }));
    }

    [Test]
    public void Euclidean_WhoseSquaresUnderflow_IsNotZero()
    {
        float[] distances = Measure<SquaredDifferenceTerm, EuclideanDistance>([3e-30f, 0], [0, 4e-30f, 3e-30f, 0]);

        Assert.That(distances[0], Is.EqualTo(5e-30f).Within(1e-36f));
        Assert.That(distances[1], Is.Zero);
    }

    [Test]
    public void Manhattan_BeyondSinglePrecision_IsInfinite()
    {
        Assert.That(
            Measure<AbsoluteDifferenceTerm, ManhattanDistance>([3e38f, 3e38f], [-3e38f, 0, 3e38f, 0]),
            Is.EqualTo(new[] { Inf, 3e38f }));
    }

    [Test]
    public void Measure_AfterOverflow_FlagsByTheMendedDistance()
    {
        float[] query = [3e38f, 3e38f, 1, 2];
        float[] rows = [10, -10, 5, 6, 10, -10, -5, -6];
        float[] distances = new float[2];

        ulong near = RowBlock.Measure<DotTerm, DotProductDistance>(query, 0, rows, default, 0b11, bound: 0, distances);
        ulong nearUnwanted = RowBlock.Measure<DotTerm, DotProductDistance>(query, 0, rows, default, 0b10, 0, distances);

        Assert.That(near, Is.EqualTo(0b01));
        Assert.That(nearUnwanted, Is.Zero);
    }

    [Test]
    public void Measure_WhereOverflowLooksNearerThanItIs_DoesNotFlagTheRow()
    {
        // The first product overflows, so single precision makes the dot product infinite; it is 2.9e38.
        float[] query = [3e38f, 3.1e38f, 0, 0];
        float[] row = [2, -1, 0, 0];
        float[] distances = new float[8];

        float[] rows = [.. Enumerable.Repeat(row, distances.Length).SelectMany(values => values)];

        ulong near = RowBlock.Measure<DotTerm, DotProductDistance>(query, 0, rows, default, 0xFF, -3e38f, distances);

        Assert.That(distances, Is.All.EqualTo(-2.9e38f).Within(1e33f));
        Assert.That(near, Is.Zero);
    }

    /// <summary>All distances, which must be those of the rows alone.</summary>
    private static float[] Measure<TTerm, TDistance>(float[] query, float[] rows)
        where TTerm : struct, ITerm
        where TDistance : struct, IDistance
    {
        float[] distances = new float[rows.Length / query.Length];
        float[] norms = new float[distances.Length];
        for (int row = 0; row < norms.Length; row++)
        {
            norms[row] = Float32Kernels.Norm(rows.AsSpan(row * query.Length, query.Length));
        }

        float queryNorm = Float32Kernels.Norm(query);
        ulong near = RowBlock.Measure<TTerm, TDistance>(query, queryNorm, rows, norms, ulong.MaxValue, Inf, distances);
        Assert.That(near, Is.EqualTo((1UL << distances.Length) - 1));
        for (int row = 0; row < norms.Length; row++)
        {
            ReadOnlySpan<float> vector = rows.AsSpan(row * query.Length, query.Length);
            float alone = RowBlock.Measure<TTerm, TDistance>(query, queryNorm, vector, norms[row]);
            Assert.That(distances[row], Is.EqualTo(alone), $"row {row} alone");
        }

        return distances;
    }
}
