using System.Text;
using NUnit.Framework;
using Tidepool.Index.Binary;

namespace Tidepool.Tests.Index.Binary;

internal sealed class XxHash64Tests
{
    [TestCase("", 0xEF46DB3751D8E999UL)]
    [TestCase("a", 0xD24EC4F1A98C6E5BUL)]
    [TestCase("abc", 0x44BC2CF5AD770999UL)]
    [TestCase("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1UL)]
    [TestCase("The quick brown fox jumps over the lazy dog", 0x0B242D361FDA71BCUL)]
    public void Compute_PublishedText_Matches(string text, ulong expected) =>
        Assert.That(XxHash64.Compute(Encoding.ASCII.GetBytes(text)), Is.EqualTo(expected));

    // The sanity check of the reference implementation: bytes of a multiplicative generator, two seeds.
    [TestCase(0, 0UL, 0xEF46DB3751D8E999UL)]
    [TestCase(0, 2654435761UL, 0xAC75FDA2929B17EFUL)]
    [TestCase(1, 0UL, 0xE934A84ADB052768UL)]
    [TestCase(1, 2654435761UL, 0x5014607643A9B4C3UL)]
    [TestCase(4, 0UL, 0x9136A0DCA57457EEUL)]
    [TestCase(14, 0UL, 0x8282DCC4994E35C8UL)]
    [TestCase(14, 2654435761UL, 0xC3BD6BF63DEB6DF0UL)]
    [TestCase(222, 0UL, 0xB641AE8CB691C174UL)]
    [TestCase(222, 2654435761UL, 0x20CB8AB7AE10C14AUL)]
    public void Compute_ReferenceSanityBuffer_Matches(int length, ulong seed, ulong expected)
    {
        byte[] buffer = new byte[length];
        ulong state = 2654435761;
        for (int i = 0; i < length; i++)
        {
            buffer[i] = (byte)(state >> 56);
            state *= 11400714785074694797;
        }

        Assert.That(XxHash64.Compute(buffer, seed), Is.EqualTo(expected));
    }
}
