using System.Runtime.InteropServices;
using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;

namespace Tidepool.Tests.Index.Quantization;

public sealed class RotationTests
{
    [TestCase(1, 16)]
    [TestCase(64, 64)]
    [TestCase(65, 80)]
    [TestCase(100, 112)]
    [TestCase(1536, 1536)]
    public void PaddedDimensions_AreTheNextMultipleOf16(int dimensions, int padded)
    {
        Assert.That(new Rotation(dimensions, seed: 1).PaddedDimensions, Is.EqualTo(padded));
    }

    [TestCase(1)]
    [TestCase(16)]
    [TestCase(33)]
    [TestCase(64)]
    [TestCase(100)]
    [TestCase(128)]
    [TestCase(192)]
    [TestCase(320)]
    [TestCase(768)]
    [TestCase(960)]
    public void Apply_KeepsNormsAndProducts(int dimensions)
    {
        var random = new Random(dimensions);
        var rotation = new Rotation(dimensions, seed: 7);
        float[] a = RandomVectors.Create(dimensions, random);
        float[] b = RandomVectors.Create(dimensions, random);

        float[] rotatedA = Apply(rotation, a);
        float[] rotatedB = Apply(rotation, b);

        double scale = Float32Kernels.Norm(a) * Float32Kernels.Norm(b) * 1e-5;
        Assert.That(Float32Kernels.Norm(rotatedA), Is.EqualTo(Float32Kernels.Norm(a)).Within(0.001).Percent);
        Assert.That(
            ScalarKernels.Dot(rotatedA, rotatedB), Is.EqualTo(ScalarKernels.Dot(a, b)).Within(scale));
    }

    [TestCase(64)]
    [TestCase(112)]
    [TestCase(176)]
    [TestCase(192)]
    [TestCase(768)]
    public void Apply_ToEachAxis_SpreadsItOverAllDimensions(int dimensions)
    {
        var rotation = new Rotation(dimensions, seed: 3);
        float[] axis = new float[dimensions];
        double largest = 0;
        for (int i = 0; i < dimensions; i++)
        {
            axis[i] = 1;
            largest = Math.Max(largest, Apply(rotation, axis).Max(Math.Abs));
            axis[i] = 0;
        }

        // Of d² Gaussian numbers with deviation 1 / √d hardly one is beyond six deviations. Where the transform
        // covers a part only, the tails are heavier; still, no axis stays recognizable.
        Assert.That(largest, Is.LessThan(10 / Math.Sqrt(dimensions)));
    }

    [TestCase(1, 1944469880233717856UL)]
    [TestCase(100, 3924087953900288904UL)]
    [TestCase(128, 3364639122127644132UL)]
    [TestCase(768, 13070084962204691204UL)]
    public void Apply_GivesTheSameBytesForEver(int dimensions, ulong expected)
    {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            vector[i] = (i % 17) - 7.3f;
        }

        float[] rotated = Apply(new Rotation(dimensions, seed: 42), vector);

        Assert.That(XxHash64.Compute(MemoryMarshal.AsBytes(rotated.AsSpan())), Is.EqualTo(expected));
    }

    [Test]
    public void Apply_WithAnotherSeed_GivesAnotherVector()
    {
        float[] vector = RandomVectors.Create(128, new Random(1));

        Assert.That(
            Apply(new Rotation(128, seed: 1), vector), Is.Not.EqualTo(Apply(new Rotation(128, seed: -1), vector)));
    }

    [Test]
    public void Apply_ToLargeAndSmallNumbers_StaysExactToARounding([Values(1e33f, 1e-33f)] float size)
    {
        float[] vector = RandomVectors.Create(100, new Random(1));
        var rotation = new Rotation(100, seed: 1);
        float[] expected = Apply(rotation, vector);

        float[] rotated = Apply(rotation, [.. vector.Select(value => value * size)]);

        for (int i = 0; i < rotated.Length; i++)
        {
            Assert.That(rotated[i] / size, Is.EqualTo(expected[i]).Within(1e-5));
        }
    }

    private static float[] Apply(Rotation rotation, float[] vector)
    {
        float[] rotated = new float[rotation.PaddedDimensions];
        Array.Fill(rotated, float.NaN);
        rotation.Apply(vector, rotated);
        return rotated;
    }
}
