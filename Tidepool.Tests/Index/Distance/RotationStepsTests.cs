using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Tests.Index.Quantization;

namespace Tidepool.Tests.Index.Distance;

public sealed class RotationStepsTests
{
    private static readonly int[] s_widths = [512, 256, 128, 32];

    [TestCaseSource(nameof(s_widths))]
    public void Hadamard_AtEachWidth_GivesTheBitsOfTheDefinition(int width)
    {
        AssumeWidth(width);
        for (int length = 16; length <= 4096; length *= 2)
        {
            float[] values = RandomVectors.Create(length, new Random(length));
            float[] expected = [.. values];
            RotationSteps.HadamardScalar(expected);

            switch (width)
            {
                case 512: RotationSteps512.Hadamard(ref values[0], length); break;
                case 256: RotationSteps256.Hadamard(ref values[0], length); break;
                case 128: RotationSteps128.Hadamard(ref values[0], length); break;
                default: RotationSteps.Hadamard(values); break;
            }

            Assert.That(values, Is.EqualTo(expected), $"{length} coordinates");
        }
    }

    [TestCaseSource(nameof(s_widths))]
    public void EasySteps_AtEachWidth_GiveTheBitsOfTheDefinition(int width)
    {
        AssumeWidth(width);
        for (int length = 16; length <= 640; length += 16)
        {
            var random = new Random(length);
            uint[] masks = [.. Enumerable.Range(0, length).Select(_ => (uint)random.Next(2) << 31)];
            float[] values = RandomVectors.Create(length, random);
            float[] expected = [.. values];
            RotationSteps.FlipSignsScalar(expected, masks);
            RotationSteps.ButterflyScalar(expected);
            RotationSteps.ScaleScalar(expected, 0.7f);

            switch (width)
            {
                case 512:
                    RotationSteps512.FlipSigns(ref values[0], ref masks[0], length);
                    RotationSteps512.Butterfly(ref values[0], length);
                    RotationSteps512.Scale(ref values[0], length, 0.7f);
                    break;
                case 256:
                    RotationSteps256.FlipSigns(ref values[0], ref masks[0], length);
                    RotationSteps256.Butterfly(ref values[0], length);
                    RotationSteps256.Scale(ref values[0], length, 0.7f);
                    break;
                case 128:
                    RotationSteps128.FlipSigns(ref values[0], ref masks[0], length);
                    RotationSteps128.Butterfly(ref values[0], length);
                    RotationSteps128.Scale(ref values[0], length, 0.7f);
                    break;
                default:
                    RotationSteps.FlipSigns(values, masks);
                    RotationSteps.Butterfly(values);
                    RotationSteps.Scale(values, 0.7f);
                    break;
            }

            Assert.That(values, Is.EqualTo(expected), $"{length} coordinates");
        }
    }

    [Test]
    public void HadamardScalar_OfAnAxis_IsARowOfTheMatrix()
    {
        float[] values = new float[64];
        values[5] = 1;

        RotationSteps.HadamardScalar(values);

        float[] expected = [.. Enumerable.Range(0, 64).Select(i => int.PopCount(i & 5) % 2 == 0 ? 1f : -1f)];
        Assert.That(values, Is.EqualTo(expected));
    }

    [Test]
    public void Steps_OfALengthWithARest_AreRefused()
    {
        Assert.That(() => RotationSteps.Scale(new float[72], 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => RotationSteps.Butterfly(new float[24]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => RotationSteps.Hadamard(new float[8]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => RotationSteps.FlipSigns(new float[64], new uint[63]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    /// <summary>A width that the process lacks is tested by one that has it; 32 stands for the chosen path.</summary>
    private static void AssumeWidth(int width) => Assume.That(width, Is.LessThanOrEqualTo(KernelWidth.Current));
}
