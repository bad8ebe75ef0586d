using NUnit.Framework;
using Tidepool.Index.Binary;

namespace Tidepool.Tests.Index.Binary;

internal sealed class VarIntTests
{
    [TestCase(0UL, "00")]
    [TestCase(1UL, "01")]
    [TestCase(127UL, "7F")]
    [TestCase(128UL, "8001")]
    [TestCase(300UL, "AC02")]
    [TestCase(16383UL, "FF7F")]
    [TestCase(16384UL, "808001")]
    [TestCase(ulong.MaxValue, "FFFFFFFFFFFFFFFFFF01")]
    public void WriteAndRead_Value_RoundTrips(ulong value, string hex)
    {
        byte[] buffer = new byte[VarInt.MaxLength];

        int written = VarInt.Write(buffer, value);
        int read = VarInt.Read(buffer.AsSpan(0, written), out ulong back);

        Assert.Multiple(() =>
        {
            Assert.That(Convert.ToHexString(buffer, 0, written), Is.EqualTo(hex));
            Assert.That(VarInt.GetLength(value), Is.EqualTo(written));
            Assert.That(read, Is.EqualTo(written));
            Assert.That(back, Is.EqualTo(value));
        });
    }

    [TestCase("", Description = "nothing")]
    [TestCase("80", Description = "cut short")]
    [TestCase("8000", Description = "zero in two bytes")]
    [TestCase("FF8000", Description = "127 in three bytes")]
    [TestCase("FFFFFFFFFFFFFFFFFF02", Description = "over 64 bits")]
    [TestCase("FFFFFFFFFFFFFFFFFFFF01", Description = "eleven bytes")]
    public void Read_MalformedInput_ConsumesNothing(string hex) =>
        Assert.That(VarInt.Read(Convert.FromHexString(hex), out _), Is.Zero);

    [TestCase(0, 0UL)]
    [TestCase(-1, 1UL)]
    [TestCase(1, 2UL)]
    [TestCase(long.MinValue, ulong.MaxValue)]
    [TestCase(long.MaxValue, ulong.MaxValue - 1)]
    public void ZigZag_Value_RoundTrips(long value, ulong folded)
    {
        Assert.That(VarInt.ZigZag(value), Is.EqualTo(folded));
        Assert.That(VarInt.UnZigZag(folded), Is.EqualTo(value));
    }
}
