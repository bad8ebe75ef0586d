using NUnit.Framework;
using Tidepool.Index.Distance;

namespace Tidepool.Tests.Index.Distance;

/// <summary>The definitions, on vectors small enough to work out by hand.</summary>
public sealed class ScalarKernelsTests
{
    private static readonly float[] s_a = [1, 2, -3];
    private static readonly float[] s_b = [4, -2, -1];

    [Test]
    public void Dot_SumsProducts() => Assert.That(ScalarKernels.Dot(s_a, s_b), Is.EqualTo(4 - 4 + 3));

    [Test]
    public void SquaredEuclidean_SumsSquares() =>
        Assert.That(ScalarKernels.SquaredEuclidean(s_a, s_b), Is.EqualTo(9 + 16 + 4));

    [Test]
    public void Manhattan_SumsSizes() => Assert.That(ScalarKernels.Manhattan(s_a, s_b), Is.EqualTo(3 + 4 + 2));

    [Test]
    public void Hamming_CountsDifferences() => Assert.That(ScalarKernels.Hamming([1, 2, 3], [1, 0, 4]), Is.EqualTo(2));

    [Test]
    public void Cosine_OfParallelOrthogonalAndOpposite_IsZeroOneTwo()
    {
        Assert.That(ScalarKernels.Cosine([1, 1], [3, 3]), Is.Zero.Within(1e-15));
        Assert.That(ScalarKernels.Cosine([1, 1], [-1, 1]), Is.EqualTo(1));
        Assert.That(ScalarKernels.Cosine([2, 0], [-1, 0]), Is.EqualTo(2));
    }

    [Test]
    public void Cosine_WithAZeroVector_IsOne() => Assert.That(ScalarKernels.Cosine([0, 0], [1, 2]), Is.EqualTo(1));
}
