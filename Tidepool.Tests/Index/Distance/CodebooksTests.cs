using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Tests.Index.Quantization;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Index.Distance;

public sealed class CodebooksTests
{
    private static readonly int[] s_widths = [512, 256, 128, 32];

    [TestCaseSource(nameof(s_widths))]
    public void Path_GivesTheBitsOfTheDefinition(int width)
    {
        Assume.That(width, Is.LessThanOrEqualTo(KernelWidth.Current));
        for (int groups = 1; groups <= 40; groups++)
        {
            var random = new Random(groups);
            float[] vector = RandomVectors.Create(groups * 4, random);
            float[] books = RandomVectors.Create(groups * 64, random);
            books.AsSpan(0, 8).CopyTo(books.AsSpan(8)); // Some are equally near.
            byte[] codes = new byte[groups];
            float[] products = new float[groups * 16];

            switch (width)
            {
                case 512:
                    Codebooks512.FindNearest(ref books[0], ref vector[0], ref codes[0], groups);
                    Codebooks512.Multiply(ref books[0], ref vector[0], ref products[0], groups);
                    break;
                case 256:
                    Codebooks256.FindNearest(ref books[0], ref vector[0], ref codes[0], groups);
                    Codebooks256.Multiply(ref books[0], ref vector[0], ref products[0], groups);
                    break;
                case 128:
                    Codebooks128.FindNearest(ref books[0], ref vector[0], ref codes[0], groups);
                    Codebooks128.Multiply(ref books[0], ref vector[0], ref products[0], groups);
                    break;
                default:
                    Codebooks.FindNearest(books, vector, codes);
                    Codebooks.Multiply(books, vector, products);
                    break;
            }

            byte[] expectedCodes = new byte[groups];
            float[] expectedProducts = new float[groups * 16];
            Codebooks.FindNearestScalar(books, vector, expectedCodes);
            Codebooks.MultiplyScalar(books, vector, expectedProducts);
            Assert.That(codes, Is.EqualTo(expectedCodes), $"{groups} groups");
            Assert.That(products, Is.EqualTo(expectedProducts), $"{groups} groups");
        }
    }

    [Test]
    public void FindNearest_OfACentroid_IsItsNumber()
    {
        float[] books = RandomVectors.Create(64, new Random(1));
        for (int centroid = 0; centroid < 16; centroid++)
        {
            float[] vector = [.. Enumerable.Range(0, 4).Select(d => books[(d * 16) + centroid])];
            byte[] codes = new byte[1];

            Codebooks.FindNearest(books, vector, codes);

            Assert.That(codes[0], Is.EqualTo(centroid));
        }
    }

    [Test]
    public void Round_BetweenGuardPages_MatchesTheDefinition([Range(0, 512, 64)] int count)
    {
        using var values = new GuardedMemory(512);
        using var bytes = new GuardedMemory(128);
        var random = new Random(count);
        Span<float> source = values.AtEnd(count);
        for (int i = 0; i < count; i++)
        {
            source[i] = i % 16 == 0 ? 0 : i % 16 == 1 ? 3 : random.NextSingle() * 3;
        }

        Span<byte> entries = System.Runtime.InteropServices.MemoryMarshal.AsBytes(bytes.AtEnd(count / 4));

        TableEntries.Round(source, 255 / 3f, entries);

        byte[] expected = new byte[count];
        TableEntries.RoundScalar(source, 255 / 3f, expected);
        Assert.That(entries.ToArray(), Is.EqualTo(expected));
        Assert.That(expected.Where((_, i) => i % 16 == 1), Has.All.EqualTo(255));
    }

    [Test]
    public void Spans_ThatDoNotFit_AreRefused()
    {
        Assert.That(
            () => Codebooks.FindNearest(new float[64], new float[8], new byte[2]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => Codebooks.Multiply(new float[64], new float[3], new float[16]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => TableEntries.Round(new float[63], 1, new byte[63]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
