using System.Buffers.Binary;
using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;

namespace Tidepool.Tests.Index.Segments;

internal sealed class DeletionBitmapCodecTests
{
    private static readonly SegmentIdentity s_identity = TestSegment.Identity with { ObjectKey = "root/del-1" };

    [TestCase(1, new[] { 0 })]
    [TestCase(64, new[] { 0, 63 })]
    [TestCase(65, new[] { 64 })]
    [TestCase(100_000, new[] { 0, 1, 32_767, 32_768, 99_999 })]
    [TestCase(100_000, new int[0])]
    public void Decode_OfAnEncodedBitmap_GivesItBack(int rowCount, int[] deleted)
    {
        byte[] bytes = Encode(rowCount, deleted);

        PagedBitmap decoded = DeletionBitmapCodec.Decode(bytes, s_identity, rowCount);

        Assert.That(Enumerable.Range(0, rowCount).Where(ordinal => decoded[ordinal]), Is.EqualTo(deleted));
        Assert.That(decoded.Count, Is.EqualTo(deleted.Length));
    }

    [Test]
    public void Decode_AnyByteFlippedOrTruncated_Throws()
    {
        byte[] bytes = Encode(130, [3, 129]);
        for (int offset = 0; offset < bytes.Length; offset++)
        {
            byte[] damaged = (byte[])bytes.Clone();
            damaged[offset] ^= (byte)(1 << (offset % 8));

            AssertRefused(damaged, $"byte {offset}");
            AssertRefused(bytes[..offset], $"{offset} bytes");
        }

        AssertRefused([.. bytes, 0], "a byte more");
    }

    [Test]
    public void Decode_AnyBitForgedWithARightChecksum_Throws()
    {
        byte[] bytes = Encode(130, [3, 129]);
        for (int offset = 0; offset < bytes.Length - DeletionBitmapFormat.ChecksumSizeBytes; offset++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] forged = (byte[])bytes.Clone();
                forged[offset] ^= (byte)(1 << bit);
                BinaryPrimitives.WriteUInt32LittleEndian(forged.AsSpan(^4..), Crc32C.Compute(forged.AsSpan(..^4)));

                AssertRefused(forged, $"bit {bit} of byte {offset}");
            }
        }
    }

    [Test]
    public void Decode_BitmapOfAnotherObject_Throws()
    {
        byte[] bytes = Encode(130, [3, 129]);

        Assert.That(
            () => DeletionBitmapCodec.Decode(bytes, s_identity with { ObjectKey = "root/del-2" }, 130),
            Throws.TypeOf<SegmentFormatException>().With.Message.Contains("del-1"));
        Assert.That(
            () => DeletionBitmapCodec.Decode(bytes, s_identity, 131), Throws.TypeOf<SegmentFormatException>());
    }

    private static void AssertRefused(byte[] bytes, string what) => Assert.That(
        () => DeletionBitmapCodec.Decode(bytes, s_identity, 130), Throws.TypeOf<SegmentFormatException>(), what);

    private static byte[] Encode(int rowCount, int[] deleted)
    {
        PagedBitmapBuilder builder = PagedBitmap.Empty(rowCount).Edit();
        foreach (int ordinal in deleted)
        {
            builder.Set(ordinal);
        }

        return DeletionBitmapCodec.Encode(s_identity, builder.Freeze());
    }
}
