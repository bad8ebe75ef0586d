using System.Buffers.Binary;
using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;

namespace Tidepool.Tests.Index.Segments;

internal sealed class SegmentCorruptionTests
{
    [Test]
    public void Read_AnyByteFlipped_Throws()
    {
        TestSegment segment = BuildSmall();
        for (int offset = 0; offset < segment.Bytes.Length; offset++)
        {
            byte[] damaged = (byte[])segment.Bytes.Clone();
            damaged[offset] ^= (byte)(1 << (offset % 8));

            Assert.That(
                () => SegmentReading.ReadAll(damaged), Throws.TypeOf<SegmentFormatException>(), $"byte {offset}");
        }
    }

    [Test]
    public void Open_AnyTruncation_Throws()
    {
        TestSegment segment = BuildSmall();
        for (int length = 0; length < segment.Bytes.Length; length++)
        {
            Assert.That(
                () => TestSegment.Open(segment.Bytes[..length]),
                Throws.TypeOf<SegmentFormatException>(),
                $"{length} bytes");
        }
    }

    [Test]
    public void Open_BytesAppended_Throws()
    {
        Assert.That(() => TestSegment.Open([.. BuildSmall().Bytes, 0]), Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void Read_OneBlockDamaged_ThrowsOnlyWhereItIsTouched()
    {
        TestSegment segment = BuildLarge();
        SegmentSection vectors = segment.Open().Header.Find(SectionKind.Vectors, 0)!.Value;
        int damagedBlock = (int)(vectors.Offset + (vectors.Length / 2)) / SegmentFormat.BlockSizeBytes;
        byte[] damaged = (byte[])segment.Bytes.Clone();
        damaged[(damagedBlock * SegmentFormat.BlockSizeBytes) + 77] ^= 0x10;

        SegmentReader reader = TestSegment.Open(damaged);

        int thrown = 0;
        for (int row = 0; row < reader.RowCount; row++)
        {
            try
            {
                Assert.That(
                    reader.GetVectors("")!.GetVector(row).ToArray(), Is.EqualTo(segment.Rows[row]!.GetVector("")));
            }
            catch (SegmentFormatException exception)
            {
                thrown++;
                Assert.That(exception.Offset, Is.EqualTo(damagedBlock * SegmentFormat.BlockSizeBytes));
                Assert.That(exception.ObjectKey, Is.EqualTo(TestSegment.Identity.ObjectKey));
            }
        }

        // A block holds the better part of 128 rows of 512 bytes, and parts of two more.
        Assert.That(thrown, Is.InRange(127, 129));
        Assert.That(() => SegmentVerifier.Verify(reader), Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void Read_DamageAfterTheCheck_IsFoundByVerify()
    {
        TestSegment segment = BuildLarge();
        SegmentReader reader = segment.Open();
        segment.AssertHolds(reader);
        SegmentSection vectors = reader.Header.Find(SectionKind.Vectors, 0)!.Value;

        segment.Bytes[vectors.Offset + 5] ^= 1;

        Assert.That(() => SegmentVerifier.Verify(reader), Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void Open_AnotherObject_Throws()
    {
        byte[] bytes = BuildSmall().Bytes;
        SegmentIdentity[] others =
        [
            TestSegment.Identity with { NamespaceId = Guid.Empty },
            TestSegment.Identity with { SegmentId = Guid.Empty },
            TestSegment.Identity with { ObjectKey = "elsewhere" },
        ];
        foreach (SegmentIdentity other in others)
        {
            Assert.That(
                () => SegmentReader.Open(new MemoryByteSource(bytes), other),
                Throws.TypeOf<SegmentFormatException>().With.Message.Contains(TestSegment.Identity.ObjectName));
        }
    }

    [Test]
    public void Open_CopyUnderAnotherPrefix_IsTheSameSegment()
    {
        SegmentIdentity moved = TestSegment.Identity with { ObjectKey = "elsewhere/data.tpvs" };

        SegmentReader reader = SegmentReader.Open(new MemoryByteSource(BuildSmall().Bytes), moved);

        Assert.That(reader.Header.Identity, Is.EqualTo(moved));
    }

    [Test]
    public void Open_OtherVersion_ThrowsAndNamesIt()
    {
        byte[] later = SegmentForge.Change(
            BuildSmall().Bytes, bytes => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), 3));

        Assert.That(
            () => TestSegment.Open(later),
            Throws.TypeOf<SegmentFormatException>().With.Message.Contains("version is 3"));
    }

    [Test]
    public void Read_AnyByteForgedWithRightChecksums_ThrowsOrAnswers()
    {
        TestSegment segment = BuildSmall();
        SegmentHeader header = segment.Open().Header;
        int refused = 0;
        for (int offset = 0; offset < header.BlockTableOffset; offset++)
        {
            foreach (byte value in (byte[])[0x00, 0x01, 0x7F, 0x80, 0xFF, (byte)(segment.Bytes[offset] + 1)])
            {
                byte[] forged = SegmentForge.Change(segment.Bytes, bytes => bytes[offset] = value);
                try
                {
                    SegmentReading.ReadAll(forged);
                }
                catch (SegmentFormatException)
                {
                    refused++;
                }
                catch (Exception exception)
                {
                    Assert.Fail($"Byte {offset} set to {value}: {exception}");
                }
            }
        }

        Assert.That(refused, Is.GreaterThan(1000));
    }

    [Test]
    public void Verify_RowForgedWithRightChecksums_Throws()
    {
        TestSegment segment = BuildSmall();
        SegmentHeader header = segment.Open().Header;
        foreach (SegmentSection section in header.Sections)
        {
            bool isFloat = section.Kind is SectionKind.Norms or SectionKind.Vectors;
            int offset = isFloat ? 3 : 0; // The low bits of a norm may be rounding.
            byte[] forged = SegmentForge.Change(segment.Bytes, bytes => bytes[section.Offset + offset] ^= 0x40);

            Assert.That(
                () => SegmentVerifier.Verify(TestSegment.Open(forged)),
                Throws.TypeOf<SegmentFormatException>(),
                $"{section.Kind}");
        }
    }

    [Test]
    public void GetColumn_ForgedPlaceOfItsValues_ThrowsAndNamesTheObject()
    {
        TestSegment segment = BuildSmall();
        SegmentSection attributes = segment.Open().Header.Find(SectionKind.Attributes)!.Value;
        int firstPart = (int)attributes.Offset + AttributeFormat.HeaderSizeBytes
            + AttributeFormat.EntrySizeBytes - (AttributeFormat.PartCount * AttributeFormat.PartSizeBytes);
        byte[] forged = SegmentForge.Change(
            segment.Bytes, bytes => bytes.AsSpan(firstPart, 2 * AttributeFormat.PartSizeBytes).Fill(0x7F));

        SegmentReader reader = TestSegment.Open(forged);

        Assert.That(
            () => reader.GetColumn("year"),
            Throws.TypeOf<SegmentFormatException>()
                .With.Property(nameof(SegmentFormatException.ObjectKey)).EqualTo(TestSegment.Identity.ObjectKey)
                .And.Property(nameof(SegmentFormatException.Offset)).GreaterThanOrEqualTo(attributes.Offset));
    }

    [Test]
    public void Verify_GapNotZero_Throws()
    {
        TestSegment segment = BuildSmall();
        SegmentSection section = segment.Open().Header.Sections.First(s => s.End % SegmentFormat.AlignmentBytes != 0);
        byte[] forged = SegmentForge.Change(segment.Bytes, bytes => bytes[section.End] = 1);

        Assert.That(
            () => SegmentVerifier.Verify(TestSegment.Open(forged)),
            Throws.TypeOf<SegmentFormatException>().With.Message.Contains("gap"));
    }

    [Test]
    public void Verify_SoundSegment_ReportsAllItsBytes()
    {
        TestSegment segment = BuildLarge();
        List<long> progress = [];

        SegmentVerifier.Verify(segment.Open(), progress.Add);

        Assert.That(progress, Is.Ordered);
        Assert.That(progress[^1], Is.EqualTo(segment.Bytes.Length));
    }

    [Test]
    public void Find_IdIndexWithoutFreeSlots_Ends()
    {
        TestSegment segment = BuildSmall();
        SegmentSection index = segment.Open().Header.Find(SectionKind.IdIndex)!.Value;
        byte[] forged = SegmentForge.Change(segment.Bytes, bytes =>
        {
            for (int offset = 0; offset < index.Length; offset += 4)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((int)index.Offset + offset), 1);
            }
        });

        Assert.That(TestSegment.Open(forged).TryFind(TestKey.Of("not there").Key, out _), Is.False);
    }

    /// <summary>One of everything: kinds of ids, padding, fields, missing vectors.</summary>
    internal static TestSegment BuildSmall() => TestSegment.Build(
        new TestRow(TestKey.Of(1), 10, ("", [1, 2, 3]), ("title", [4, 5]))
        {
            Attributes = [("year", ColumnValue.FromInt64(1999)), ("title", ColumnValue.FromString("Low tide"))],
        },
        null,
        new TestRow(TestKey.Of("two"), 11, ("", [6, 7, 8])),
        new TestRow(TestKey.Of(new Guid("6f9619ff-8b86-d011-b42d-00cf4fc964ff")), 11, ("title", [9, 10])),
        new TestRow(TestKey.Of(-5), 12, ("", [0, 0, 0])));

    private static TestSegment BuildLarge() => TestSegment.Build([.. Enumerable.Range(0, 1000).Select(
        n => new TestRow(TestKey.Of(n), n, ("", [.. Enumerable.Range(0, 128).Select(d => (float)(n + d))])))]);
}
