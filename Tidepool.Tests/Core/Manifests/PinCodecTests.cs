using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Manifests;

internal sealed class PinCodecTests
{
    private const string Name = "before-the-import";
    private const int Number = 3;

    private static readonly Pin s_pin = new()
    {
        NamespaceId = SampleManifests.NamespaceId,
        Name = Name,
        Number = Number,
        Id = SampleManifests.Id(2000),
        Position = new LogPosition(1240, new ContentHash(4712)),
        Rows = SampleManifests.Rows(9, 40),
        Deadline = SampleManifests.Time,
        Manifest = SampleManifests.Full,
    };

    [Test]
    public void Decode_WhatWasEncoded_ReturnsIt()
    {
        byte[] stored = PinCodec.Encode(s_pin);

        Pin decoded = Decode(stored)!;

        Assert.That(decoded with { Manifest = s_pin.Manifest }, Is.EqualTo(s_pin));
        Assert.That(ManifestCodec.Encode(decoded.Manifest), Is.EqualTo(ManifestCodec.Encode(s_pin.Manifest)));
        Assert.That(PinCodec.Encode(decoded), Is.EqualTo(stored), "the same bytes again");
    }

    [Test]
    public void Decode_PinOfGeneration0_ReturnsIt()
    {
        Manifest empty = Manifest.CreateEmpty(SampleManifests.NamespaceId, SampleManifests.Schema);
        Pin pin = s_pin with { Manifest = empty, Deadline = null };

        Pin decoded = Decode(PinCodec.Encode(pin))!;

        Assert.That(decoded.Deadline, Is.Null);
        Assert.That(decoded.Manifest.Generation, Is.Zero);
        Assert.That(decoded.Manifest.Hash, Is.EqualTo(default(ContentHash)));
    }

    [TestCase(1)]
    [TestCase(127)]
    [TestCase(128)]
    [TestCase(200)]
    public void Decode_Released_IsNothingAndAsLongAsForetold(int nameLength)
    {
        string name = new('n', nameLength);
        byte[] stored = PinCodec.EncodeReleased(SampleManifests.NamespaceId, name, Number);

        Assert.That(PinCodec.Decode(stored, SampleManifests.NamespaceId, name, Number), Is.Null);
        Assert.That(stored, Has.Length.EqualTo(PinFormat.GetReleasedLength(name)));
        Pin smallest = s_pin with
        {
            Name = name,
            Manifest = Manifest.CreateEmpty(SampleManifests.NamespaceId, NamespaceSchema.Empty),
        };
        Assert.That(PinCodec.Encode(smallest), Has.Length.GreaterThan(stored.Length));
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
    public void Decode_AnotherPin_Throws()
    {
        byte[] stored = PinCodec.Encode(s_pin);

        Assert.That(
            () => PinCodec.Decode(stored, SampleManifests.NamespaceId, Name, Number + 1),
            Throws.TypeOf<SegmentFormatException>());
        Assert.That(
            () => PinCodec.Decode(stored, SampleManifests.NamespaceId, "another", Number),
            Throws.TypeOf<SegmentFormatException>());
        Assert.That(
            () => PinCodec.Decode(stored, SampleManifests.Id(77), Name, Number),
            Throws.TypeOf<SegmentFormatException>());
    }

    [Test]
    public void Decode_PositionThatDoesNotGoWithTheManifest_Throws()
    {
        Manifest manifest = s_pin.Manifest;
        Pin[] wrong =
        [
            s_pin with { Position = new LogPosition(manifest.Floor.Sequence - 1, new ContentHash(1)) },
            s_pin with { Position = manifest.Floor with { Hash = new ContentHash(1) }, Rows = manifest.Rows },
            s_pin with { Position = manifest.Floor, Rows = manifest.Rows + SampleManifests.Rows(1, 1) },
            s_pin with { Rows = new RowSum(-1, 0) },
        ];

        foreach (Pin pin in wrong)
        {
            AssertFault(PinCodec.Encode(pin), $"{pin.Position}, {pin.Rows}");
        }
    }

    [Test]
    public void Decode_HostileBytesUnderAValidChecksum_ThrowsTheTypedExceptionOrASoundPin()
    {
        var random = new Random(22);
        byte[] stored = PinCodec.Encode(s_pin);
        int refused = 0;
        for (int round = 0; round < 5_000; round++)
        {
            byte[] hostile = [.. stored];
            int at = random.Next(4, stored.Length - 4);
            random.NextBytes(hostile.AsSpan(at, Math.Min(random.Next(1, 9), stored.Length - 4 - at)));
            BitConverter.TryWriteBytes(hostile.AsSpan(stored.Length - 4), Crc32C.Compute(hostile.AsSpan(..^4)));
            try
            {
                Pin? pin = Decode(hostile);
                Assert.That(pin is null || pin.Position.Sequence >= pin.Manifest.Floor.Sequence);
            }
            catch (SegmentFormatException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(0));
    }

    private static IEnumerable<TestCaseData> Kinds()
    {
        yield return new TestCaseData(PinCodec.Encode(s_pin)).SetArgDisplayNames("pin");
        yield return new TestCaseData(PinCodec.EncodeReleased(SampleManifests.NamespaceId, Name, Number))
            .SetArgDisplayNames("released");
    }

    private static Pin? Decode(byte[] stored) =>
        PinCodec.Decode(stored, SampleManifests.NamespaceId, Name, Number);

    private static void AssertFault(byte[] stored, string message) => Assert.That(
        () => Decode(stored), Throws.TypeOf<SegmentFormatException>(), message);
}
