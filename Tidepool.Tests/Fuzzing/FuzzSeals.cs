using System.Buffers.Binary;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Tests.Index.Segments;
using Tidepool.Tests.Simulation;
using Tidepool.Wal;

namespace Tidepool.Tests.Fuzzing;

/// <summary>Make changed objects look as if they had been written so: now and then one is left as it is.</summary>
internal static class FuzzSeals
{
    private const int Checksum = sizeof(uint);
    private const int LeftAlone = 16; // One in so many.
    private const int HintManifest = 20; // Where a hint's manifest begins, behind its length.
    private const int ManifestLength = 8; // Where a manifest tells its length.

    /// <summary>A checksum at the end of everything before it.</summary>
    internal static void Trailing(byte[] data, SimulationRandom random)
    {
        if (!random.IsOneIn(LeftAlone))
        {
            SealTrailing(data);
        }
    }

    internal static void Manifest(byte[] data, SimulationRandom random)
    {
        if (!random.IsOneIn(LeftAlone))
        {
            SealManifest(data);
        }
    }

    internal static void Hint(byte[] data, SimulationRandom random)
    {
        if (random.IsOneIn(LeftAlone))
        {
            return;
        }

        if (data.Length > HintManifest + Checksum && !random.IsOneIn(LeftAlone))
        {
            Span<byte> manifest = data.AsSpan(HintManifest, data.Length - HintManifest - Checksum);
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(HintManifest - Checksum), manifest.Length);
            SealManifest(manifest);
        }

        SealTrailing(data);
    }

    /// <summary>The lengths and checksums of a log entry.</summary>
    internal static void LogEntry(byte[] data, SimulationRandom random)
    {
        if (data.Length < WalFormat.FixedLength + Checksum || random.IsOneIn(LeftAlone))
        {
            return;
        }

        uint headerLength = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(WalFormat.HeaderLengthOffset));
        if (headerLength < WalFormat.FixedLength + Checksum || headerLength > data.Length)
        {
            return;
        }

        Span<byte> header = data.AsSpan(0, (int)headerLength);
        ReadOnlySpan<byte> payload = data.AsSpan((int)headerLength);
        if (!random.IsOneIn(LeftAlone))
        {
            BinaryPrimitives.WriteInt64LittleEndian(header[WalFormat.PayloadLengthOffset..], payload.Length);
            int blocks = (payload.Length + WalFormat.BlockLength - 1) / WalFormat.BlockLength;
            int at = header.Length - ((blocks + 1) * Checksum);
            for (int block = 0; block < blocks && at >= WalFormat.FixedLength; block++, at += Checksum)
            {
                ReadOnlySpan<byte> rest = payload[(block * WalFormat.BlockLength)..];
                Write(header[at..], Crc32C.Compute(rest[..Math.Min(rest.Length, WalFormat.BlockLength)]));
            }
        }

        SealTrailing(header);
    }

    /// <summary>The head, the blocks and the table of a segment.</summary>
    internal static void Segment(byte[] data, SimulationRandom random)
    {
        const int BlockTableOffset = 168;
        if (data.Length < SegmentFormat.FixedSizeBytes || random.IsOneIn(LeftAlone))
        {
            return;
        }

        long table = BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(BlockTableOffset));
        if (table > 0 && table <= data.Length &&
            table + ((SegmentFormat.CountBlocks((int)table) + 1) * Checksum) <= data.Length)
        {
            SegmentForge.Seal(data, (int)table);
        }
    }

    private static void SealManifest(Span<byte> data)
    {
        if (data.Length >= ManifestLength + Checksum + Checksum)
        {
            BinaryPrimitives.WriteInt32LittleEndian(data[ManifestLength..], data.Length);
            SealTrailing(data);
        }
    }

    private static void SealTrailing(Span<byte> data)
    {
        if (data.Length >= Checksum)
        {
            Write(data[^Checksum..], Crc32C.Compute(data[..^Checksum]));
        }
    }

    private static void Write(Span<byte> place, uint checksum) =>
        BinaryPrimitives.WriteUInt32LittleEndian(place, checksum);
}
