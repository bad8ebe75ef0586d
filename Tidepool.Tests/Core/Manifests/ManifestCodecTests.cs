using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Manifests;

internal sealed class ManifestCodecTests
{
    [Test]
    public void Decode_WhatWasEncoded_ReturnsIt()
    {
        Manifest manifest = SampleManifests.Full;
        byte[] stored = ManifestCodec.Encode(manifest);

        Manifest decoded = ManifestCodec.Decode(stored, manifest.NamespaceId, 7, out long successor)!;

        Assert.That(successor, Is.Zero);
        Assert.That(decoded.Hash, Is.EqualTo(ContentHash.Compute(stored)));
        Assert.That(ManifestCodec.Encode(decoded), Is.EqualTo(stored), "the same bytes again");
        Assert.That(decoded.Floor, Is.EqualTo(manifest.Floor));
        Assert.That(decoded.ParentHash, Is.EqualTo(manifest.ParentHash));
        Assert.That(decoded.CommitId, Is.EqualTo(manifest.CommitId));
        Assert.That(decoded.ParentTime, Is.EqualTo(manifest.ParentTime));
        Assert.That(decoded.Rows, Is.EqualTo(manifest.Rows));
        Assert.That(decoded.Segments, Is.EqualTo(manifest.Segments));
        Assert.That(decoded.Graveyard, Is.EqualTo(manifest.Graveyard));
        Assert.That(decoded.Batches.CompleteSince, Is.EqualTo(17));
        Assert.That(decoded.Batches.Ledgers, Is.EqualTo(manifest.Batches.Ledgers));
        Assert.That(decoded.Batches.Recent, Is.EqualTo(manifest.Batches.Recent));
        Assert.That(decoded.Schema.Version, Is.EqualTo(3));
        Assert.That(decoded.Schema.Vectors, Is.EqualTo(manifest.Schema.Vectors));
        Assert.That(decoded.Schema.Attributes, Is.EqualTo(manifest.Schema.Attributes));
    }

    [Test]
    public void Decode_Tombstone_NamesTheSuccessor()
    {
        byte[] stored = ManifestCodec.EncodeTombstone(SampleManifests.NamespaceId, 7, 12);

        Manifest? decoded = ManifestCodec.Decode(stored, SampleManifests.NamespaceId, 7, out long successor);

        Assert.That(decoded, Is.Null);
        Assert.That(successor, Is.EqualTo(12));
        Assert.That(stored, Has.Length.EqualTo(ManifestFormat.TombstoneLength));
    }

    [TestCaseSource(nameof(Kinds))]
    public void Decode_AnyFlippedBit_Throws(byte[] stored)
    {
        for (int bit = 0; bit < stored.Length * 8; bit++)
        {
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertFault(stored, $"bit {bit}");
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void Decode_AnyTruncationOrExtension_Throws(byte[] stored)
    {
        byte[] longer = [.. stored, 0];
        for (int length = 0; length <= longer.Length; length++)
        {
            if (length != stored.Length)
            {
                AssertFault(longer[..length], $"{length} bytes");
            }
        }
    }

    [Test]
    public void Decode_HostileBytesUnderAValidChecksum_ThrowsTheTypedExceptionOrASoundManifest()
    {
        var random = new Random(21);
        byte[] stored = ManifestCodec.Encode(SampleManifests.Full);
        int refused = 0;
        for (int round = 0; round < 5_000; round++)
        {
            byte[] hostile = [.. stored];
            int at = random.Next(12, stored.Length - 4);
            random.NextBytes(hostile.AsSpan(at, Math.Min(random.Next(1, 9), stored.Length - 4 - at)));
            BitConverter.TryWriteBytes(hostile.AsSpan(stored.Length - 4), Crc32C.Compute(hostile.AsSpan(..^4)));
            try
            {
                Manifest manifest = ManifestCodec.Decode(hostile, SampleManifests.NamespaceId, 7, out _)!;
                Assert.That(ManifestRules.FindFault(manifest), Is.Null);
            }
            catch (SegmentFormatException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(0));
    }

    [Test]
    public void HintDecode_WhatWasEncoded_ReturnsIt()
    {
        byte[] manifest = ManifestCodec.Encode(SampleManifests.Full);

        Hint hint = HintCodec.Decode(HintCodec.Encode(5, manifest));

        Assert.That(hint.RecordNumber, Is.EqualTo(5));
        Assert.That(hint.Manifest.Hash, Is.EqualTo(ContentHash.Compute(manifest)));
    }

    [Test]
    public void HintDecode_AnyFlippedBit_Throws()
    {
        byte[] stored = HintCodec.Encode(5, ManifestCodec.Encode(SampleManifests.Full));
        for (int bit = 0; bit < stored.Length * 8; bit++)
        {
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(() => HintCodec.Decode(stored), Throws.TypeOf<SegmentFormatException>(), $"bit {bit}");
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Test]
    public void HintDecode_AnyTruncation_Throws()
    {
        byte[] stored = HintCodec.Encode(5, ManifestCodec.Encode(SampleManifests.Full));
        for (int length = 0; length < stored.Length; length++)
        {
            Assert.That(
                () => HintCodec.Decode(stored.AsSpan(0, length)),
                Throws.TypeOf<SegmentFormatException>(),
                $"{length} bytes");
        }
    }

    private static IEnumerable<TestCaseData> Kinds()
    {
        yield return new TestCaseData(ManifestCodec.Encode(SampleManifests.Full)).SetArgDisplayNames("manifest");
        yield return new TestCaseData(ManifestCodec.EncodeTombstone(SampleManifests.NamespaceId, 7, 12))
            .SetArgDisplayNames("tombstone");
    }

    private static void AssertFault(byte[] stored, string message) => Assert.That(
        () => ManifestCodec.Decode(stored, SampleManifests.NamespaceId, 7, out _),
        Throws.TypeOf<SegmentFormatException>(),
        message);
}
