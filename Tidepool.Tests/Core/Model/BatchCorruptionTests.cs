using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Model;

/// <summary>Damaged batches give the typed exception or a well-formed result: no other exception, no hang, no
/// allocation out of proportion.</summary>
internal sealed class BatchCorruptionTests
{
    private const long MaxAllocatedBytes = 1 << 20;

    [Test]
    public void Read_EveryTruncation_IsAFormatFault([Range(1, 5)] int seed)
    {
        byte[] payload = Payload(seed);
        for (int length = 0; length < payload.Length; length++)
        {
            Assert.That(IsWellFormed(payload.AsSpan(0, length)), Is.False, $"seed {seed}, {length} bytes");
        }

        Assert.That(IsWellFormed(payload), Is.True);
        Assert.That(IsWellFormed([.. payload, 0]), Is.False);
    }

    [Test]
    public void Read_EveryBitFlipped_IsAFormatFaultOrWellFormed([Range(1, 5)] int seed)
    {
        byte[] payload = Payload(seed);
        int faults = 0;
        for (int bit = 0; bit < payload.Length * 8; bit++)
        {
            payload[bit / 8] ^= (byte)(1 << (bit % 8));
            faults += IsWellFormed(payload) ? 0 : 1;
            payload[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.That(faults, Is.GreaterThan(payload.Length), $"seed {seed}");
    }

    [Test]
    public void Read_RandomBytesSpliced_IsAFormatFaultOrWellFormed([Range(1, 5)] int seed)
    {
        byte[] original = Payload(seed);
        var random = new Random(seed);
        int faults = 0;
        for (int round = 0; round < 2_000; round++)
        {
            byte[] payload = [.. original];
            int start = random.Next(payload.Length);
            random.NextBytes(payload.AsSpan(start, random.Next(Math.Min(12, payload.Length - start) + 1)));
            faults += IsWellFormed(payload) ? 0 : 1;
        }

        Assert.That(faults, Is.GreaterThan(100), $"seed {seed}");
    }

    [TestCase("02", TestName = "unknown version")]
    [TestCase("0105", TestName = "unknown record")]
    [TestCase("0101000000000000000000" + "01", TestName = "vector count without a field")]
    [TestCase("01" + "0301610001" + "000000", TestName = "no dimensions")]
    [TestCase("01" + "0301610109" + "000000", TestName = "unknown metric")]
    [TestCase("01" + "0301610101" + "0301610101" + "000000", TestName = "vector field twice")]
    [TestCase("01" + "040002" + "000000", TestName = "attribute without a name")]
    [TestCase("01" + "04016100" + "000000", TestName = "attribute of null")]
    [TestCase("01" + "04016108" + "000000", TestName = "attribute of an unknown type")]
    [TestCase("01" + "04016102" + "04016102" + "000000", TestName = "attribute twice")]
    [TestCase("01" + "0203" + "036162" + "000001", TestName = "key of an unknown kind")]
    [TestCase("01" + "0201" + "01" + "000001", TestName = "empty string key")]
    [TestCase("01" + "02FFFF03", TestName = "key too long")]
    [TestCase("01" + "000100", TestName = "one upsert too few")]
    [TestCase("01" + "000001", TestName = "one delete too few")]
    [TestCase("01" + "000000" + "00", TestName = "bytes behind the end")]
    [TestCase("01" + "04016101" + "0100010000000000000000" + "0100" + "02" + "000100", TestName = "truth value 2")]
    [TestCase("01" + "0403C3A9ED02" + "000000", TestName = "field name not UTF-8")]
    public void Read_Malformed_IsAFormatFault(string hex)
    {
        Assert.That(IsWellFormed(Convert.FromHexString(hex)), Is.False);
    }

    [Test]
    public void Read_HugeCounts_AllocateNothing()
    {
        // An attribute of type Int64Array (18) whose array claims 2^62 elements.
        byte[] payload = Convert.FromHexString(
            "01" + "0401611" + "2" + "01" + "00" + "0000000000000000" + "00" + "01" + "00" + "808080808080808040");

        Assert.That(IsWellFormed(payload), Is.False);
    }

    [Test]
    public void Read_FieldOfAnotherType_IsAFormatFault()
    {
        byte[] payload = BatchTestData.Encode(
            [new Document(1) { Vector = new float[2], ["x"] = 1 }], NamespaceSchema.Empty, out _);
        BatchTestData.Encode([new Document(1) { ["x"] = "1" }], NamespaceSchema.Empty, out EncodedBatch texts);
        BatchTestData.Encode([new Document(1) { Vector = new float[3] }], NamespaceSchema.Empty, out EncodedBatch wide);

        Assert.That(IsWellFormed(payload, SchemaRules.Merge(NamespaceSchema.Empty, [], texts.Attributes)), Is.False);
        Assert.That(IsWellFormed(payload, SchemaRules.Merge(NamespaceSchema.Empty, wide.Vectors, [])), Is.False);
    }

    [Test]
    public void Fault_TellsWhereInTheObjectItLies()
    {
        SegmentFormatException? fault = Assert.Throws<SegmentFormatException>(() =>
        {
            var reader = new BatchReader([BatchFormat.Version, 99], NamespaceSchema.Empty, baseOffset: 1_000);
            reader.Read();
        });

        Assert.That(fault!.Offset, Is.EqualTo(1_001));
    }

    private static byte[] Payload(int seed) => BatchTestData.Encode(
        BatchTestData.RandomOperations(new Random(seed), 6), NamespaceSchema.Empty, out _);

    /// <summary>Reads everything there is; false for the typed exception. Any other fails the test.</summary>
    private static bool IsWellFormed(ReadOnlySpan<byte> payload, NamespaceSchema? schema = null)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            BatchTestData.Describe(payload, schema ?? NamespaceSchema.Empty, out _);
            return true;
        }
        catch (SegmentFormatException)
        {
            return false;
        }
        finally
        {
            Assert.That(
                GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(MaxAllocatedBytes), "bytes allocated");
        }
    }
}
