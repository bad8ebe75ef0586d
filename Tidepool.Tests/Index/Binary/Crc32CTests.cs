using System.Buffers;
using System.Text;
using NUnit.Framework;
using Tidepool.Index.Binary;

namespace Tidepool.Tests.Index.Binary;

internal sealed class Crc32CTests
{
    // RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
    private static readonly TestCaseData[] s_published =
    [
        new(Array.Empty<byte>(), 0x00000000u),
        new(new byte[32], 0x8A9136AAu),
        new(Enumerable.Repeat((byte)0xFF, 32).ToArray(), 0x62A8AB43u),
        new(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), 0x46DD794Eu),
        new(Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray(), 0x113FDB5Cu),
        new(Encoding.ASCII.GetBytes("123456789"), 0xE3069283u),
    ];

    [TestCaseSource(nameof(s_published))]
    public void Compute_PublishedVector_Matches(byte[] data, uint expected) =>
        Assert.That(Crc32C.Compute(data), Is.EqualTo(expected));

    [Test]
    public void Append_AnySplit_EqualsTheWhole()
    {
        byte[] data = new byte[67];
        new Random(7).NextBytes(data);
        uint whole = Crc32C.Compute(data);

        for (int split = 0; split <= data.Length; split++)
        {
            uint head = Crc32C.Compute(data.AsSpan(0, split));
            Assert.That(Crc32C.Append(head, data.AsSpan(split)), Is.EqualTo(whole), $"split at {split}");
        }
    }

    [Test]
    public void Compute_EveryLength_EqualsTheBitwiseDefinition()
    {
        byte[] data = new byte[64];
        new Random(11).NextBytes(data);

        for (int length = 0; length <= data.Length; length++)
        {
            Assert.That(
                Crc32C.Compute(data.AsSpan(0, length)),
                Is.EqualTo(Bitwise(data.AsSpan(0, length))),
                $"length {length}");
        }
    }

    [Test]
    public void Compute_LengthsAroundThreeLanes_EqualTheBitwiseDefinition()
    {
        const int Three = 3 * Crc32C.LaneSizeBytes;
        byte[] data = new byte[(2 * Three) + 20];
        new Random(17).NextBytes(data);
        int[] lengths =
        [
            .. Enumerable.Range(Three - 10, 20), .. Enumerable.Range((2 * Three) - 10, 20), data.Length,
            Crc32C.LaneSizeBytes, 2 * Crc32C.LaneSizeBytes,
        ];

        foreach (int length in lengths)
        {
            for (int start = 0; start < 3; start++)
            {
                ReadOnlySpan<byte> part = data.AsSpan(start, Math.Min(length, data.Length - start));
                Assert.That(Crc32C.Compute(part), Is.EqualTo(Bitwise(part)), $"length {length} from {start}");
            }
        }
    }

    [Test]
    public void Compute_Sequence_EqualsTheContiguousBytes()
    {
        byte[] data = new byte[100];
        new Random(13).NextBytes(data);
        var first = new Part(data.AsMemory(0, 33), 0);
        Part last = first.Then(data.AsMemory(33, 1)).Then(data.AsMemory(34));
        var sequence = new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);

        Assert.That(Crc32C.Compute(sequence), Is.EqualTo(Crc32C.Compute(data)));
    }

    private static uint Bitwise(ReadOnlySpan<byte> data)
    {
        uint state = uint.MaxValue;
        foreach (byte value in data)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 1) != 0 ? (state >> 1) ^ 0x82F63B78 : state >> 1;
            }
        }

        return ~state;
    }

    private sealed class Part : ReadOnlySequenceSegment<byte>
    {
        internal Part(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        internal Part Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Part(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
