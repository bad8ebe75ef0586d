using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Index.Distance;

public sealed class Float32KernelsTests
{
    private static IEnumerable<string> KernelNames => KernelCases.All.Select(kernel => kernel.Name);

    private static IEnumerable<string> PairKernelNames =>
        KernelCases.All.Where(kernel => kernel.ComputeRows is not null).Select(kernel => kernel.Name);

    [TestCaseSource(nameof(KernelNames))]
    public void Kernel_AtEveryLengthAndAlignment_MatchesTheDefinition(string name)
    {
        KernelCase kernel = Find(name);
        var random = new Random(1);
        foreach (int length in KernelCases.Lengths)
        {
            for (int offset = 0; offset < 4; offset++)
            {
                // Odd offsets make the two vectors unaligned, each in its own way.
                float[] memory = new float[(2 * length) + 16];
                Span<float> a = memory.AsSpan(offset, length);
                Span<float> b = memory.AsSpan(offset + length + (3 * offset), length);
                KernelCases.Fill(a, random);
                KernelCases.Fill(b, random);

                AssertMatches(kernel, a, b);
            }
        }
    }

    [TestCaseSource(nameof(KernelNames))]
    public void Kernel_BetweenGuardPages_ReadsNothingOutside(string name)
    {
        KernelCase kernel = Find(name);
        var random = new Random(2);
        using var first = new GuardedMemory(4099);
        using var second = new GuardedMemory(4099);
        foreach (int length in KernelCases.Lengths)
        {
            KernelCases.Fill(first.AtEnd(length), random);
            KernelCases.Fill(second.AtEnd(length), random);
            AssertMatches(kernel, first.AtEnd(length), second.AtEnd(length));

            KernelCases.Fill(first.AtStart(length), random);
            KernelCases.Fill(second.AtStart(length), random);
            AssertMatches(kernel, first.AtStart(length), second.AtStart(length));
            AssertMatches(kernel, first.AtStart(length), second.AtEnd(length));
        }
    }

    [TestCaseSource(nameof(PairKernelNames))]
    public void Kernel_WithVectorsOfDifferentLengths_Throws(string name)
    {
        KernelCase kernel = Find(name);

        Assert.Throws<ArgumentOutOfRangeException>(() => kernel.Compute(new float[17], new float[16]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => kernel.ComputeRows!(new float[17], new float[33], new float[2]));
    }

    [Test]
    public void Dot_WithOneDimensionSet_CountsItOnce([Range(1, 80)] int length)
    {
        // A lane counted twice or dropped hides in the tolerance of a long vector; here it is the whole answer.
        float[] ones = Enumerable.Repeat(1f, length).ToArray();
        for (int i = 0; i < length; i++)
        {
            float[] unit = new float[length];
            unit[i] = 3;

            Assert.That(Float32Kernels.Dot(unit, ones), Is.EqualTo(3), $"dimension {i}");
            Assert.That(Float32Kernels.SquaredEuclidean(unit, new float[length]), Is.EqualTo(9), $"dimension {i}");
            Assert.That(Float32Kernels.Manhattan(unit, new float[length]), Is.EqualTo(3), $"dimension {i}");
            Assert.That(Float32Kernels.Hamming(unit, new float[length]), Is.EqualTo(1), $"dimension {i}");
        }
    }

    [Test]
    public void Hamming_CountsDimensionsThatDiffer()
    {
        float[] a = [1, 2, 3, 0f, 5, 6, 7, 8, 9];
        float[] b = [1, 0, 3, -0f, 0, 6, 7, 8, -9];

        Assert.That(Float32Kernels.Hamming(a, b), Is.EqualTo(3));
    }

    [Test]
    public void Norm_WhereSquaresOverflow_IsFinite()
    {
        float[] huge = Enumerable.Repeat(1e25f, 100).ToArray();

        Assert.That(Float32Kernels.Norm(huge), Is.EqualTo(1e26f).Within(1e20f));
    }

    [Test]
    public void Norm_WhereSquaresUnderflow_IsNotZero()
    {
        float[] tiny = Enumerable.Repeat(1e-25f, 100).ToArray();

        Assert.That(Float32Kernels.Norm(tiny), Is.EqualTo(1e-24f).Within(1e-30f));
    }

    [Test]
    public void Norm_OfTheZeroVector_IsZero()
    {
        Assert.That(Float32Kernels.Norm(new float[100]), Is.Zero);
    }

    private static void AssertMatches(KernelCase kernel, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float actual = kernel.Compute(a, b);
        double expected = kernel.Define(a, b);
        double tolerance = KernelCases.Tolerance(a, b, expected);
        if (!(Math.Abs(actual - expected) <= tolerance))
        {
            Assert.Fail($"{kernel} of {a.Length} dimensions: {actual}, defined as {expected} ± {tolerance}");
        }
    }

    private static KernelCase Find(string name) => KernelCases.All.Single(kernel => kernel.Name == name);
}
