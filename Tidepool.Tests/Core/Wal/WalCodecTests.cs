using System.Buffers;
using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Wal;

namespace Tidepool.Tests.Core.Wal;

internal sealed class WalCodecTests
{
    private static readonly Guid s_namespace = Guid.Parse("6f9619ff-8b86-4011-b42d-00c04fc964ff");
    private static readonly Guid s_writer = Guid.Parse("11111111-2222-4333-8444-555555555555");
    private static readonly LogPosition s_previous = new(41, new ContentHash(0xABCDEF));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(200)]
    public void Decode_WhatWasEncoded_ReturnsIt(int batchCount)
    {
        WalBatch[] batches = MakeBatches(batchCount, seed: 5);

        EncodedEntry encoded = Encode(WalEntryKind.Data, batches);
        WalEntry decoded = WalCodec.Decode(encoded.Content.ToArray(), s_namespace, 42);

        Assert.That(decoded.Kind, Is.EqualTo(WalEntryKind.Data));
        Assert.That(decoded.Position, Is.EqualTo(encoded.Entry.Position));
        Assert.That(decoded.PreviousHash, Is.EqualTo(s_previous.Hash));
        Assert.That(decoded.WriterId, Is.EqualTo(s_writer));
        Assert.That(decoded.SizeBytes, Is.EqualTo(encoded.Content.Length).And.EqualTo(encoded.Entry.SizeBytes));
        Assert.That(decoded.Batches.Select(Describe), Is.EqualTo(batches.Select(Describe)));
    }

    [Test]
    public void Decode_PayloadOverManyBlocks_ReturnsIt()
    {
        byte[] large = new byte[(3 * WalFormat.BlockLength) + 17];
        new Random(9).NextBytes(large);
        WalBatch[] batches =
        [
            new(Guid.NewGuid(), 7, large.AsMemory(0, 100)),
            new(Guid.NewGuid(), 8, large.AsMemory(100)),
        ];

        EncodedEntry encoded = Encode(WalEntryKind.Data, batches);
        WalEntry decoded = WalCodec.Decode(encoded.Content.ToArray(), s_namespace, 42);

        Assert.That(decoded.Batches[1].Payload.Span.SequenceEqual(large.AsSpan(100)), Is.True);
    }

    [Test]
    public void Encode_Payloads_AreNotCopied()
    {
        byte[] payload = [1, 2, 3];

        EncodedEntry encoded = Encode(WalEntryKind.Data, [new(Guid.NewGuid(), 0, payload)]);
        payload[0] = 99;

        Assert.That(encoded.Content.ToArray()[^3], Is.EqualTo(99));
    }

    [Test]
    public void Decode_Payloads_AreSlicesOfTheObject()
    {
        byte[] stored = Encode(WalEntryKind.Data, [new(Guid.NewGuid(), 0, new byte[] { 1, 2, 3 })]).Content.ToArray();

        WalEntry decoded = WalCodec.Decode(stored, s_namespace, 42);
        stored[^1] = 99;

        Assert.That(decoded.Batches[0].Payload.Span[2], Is.EqualTo(99));
    }

    [Test]
    public void Decode_AnotherSlotOrNamespace_Throws()
    {
        byte[] stored = Encode(WalEntryKind.Drop, []).Content.ToArray();

        Assert.That(() => WalCodec.Decode(stored, s_namespace, 43), Throws.TypeOf<SegmentFormatException>());
        Assert.That(() => WalCodec.Decode(stored, Guid.NewGuid(), 42), Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void Decode_AnyFlippedBit_Throws()
    {
        byte[] stored = Encode(WalEntryKind.Data, MakeBatches(3, seed: 6)).Content.ToArray();

        for (int bit = 0; bit < stored.Length * 8; bit++)
        {
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(
                () => WalCodec.Decode(stored, s_namespace, 42), Throws.TypeOf<SegmentFormatException>(), $"bit {bit}");
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Test]
    public void Decode_AnyTruncationOrExtension_Throws()
    {
        byte[] stored = [.. Encode(WalEntryKind.Data, MakeBatches(3, seed: 7)).Content.ToArray(), 0];

        for (int length = 0; length <= stored.Length; length++)
        {
            if (length != stored.Length - 1)
            {
                Assert.That(
                    () => WalCodec.Decode(stored.AsMemory(0, length), s_namespace, 42),
                    Throws.TypeOf<SegmentFormatException>(),
                    $"{length} bytes");
            }
        }
    }

    [Test]
    public void Decode_RandomBytesBehindAValidPrologue_ThrowsTheTypedException()
    {
        var random = new Random(8);
        byte[] stored = Encode(WalEntryKind.Data, MakeBatches(2, seed: 8)).Content.ToArray();

        for (int round = 0; round < 2_000; round++)
        {
            byte[] hostile = [.. stored];
            random.NextBytes(hostile.AsSpan(8, 8)); // Lengths and counts are used before the checksum is checked.
            Assert.That(() => WalCodec.Decode(hostile, s_namespace, 42), Throws.TypeOf<SegmentFormatException>());
        }
    }

    private static EncodedEntry Encode(WalEntryKind kind, IReadOnlyList<WalBatch> batches) =>
        WalCodec.Encode(kind, s_namespace, s_writer, s_previous, batches);

    private static WalBatch[] MakeBatches(int count, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
            {
                byte[] payload = new byte[random.Next(40)];
                random.NextBytes(payload);
                return new WalBatch(Guid.NewGuid(), (uint)random.Next(), payload);
            }),
        ];
    }

    private static string Describe(WalBatch batch) =>
        $"{batch.Id} {batch.Flags} {Convert.ToHexString(batch.Payload.Span)}";
}
