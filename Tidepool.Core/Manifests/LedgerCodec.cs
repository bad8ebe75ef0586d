using System.Buffers;
using System.Buffers.Binary;
using Tidepool.Index.Binary;
using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>Lists of consumed batches as bytes: rows sorted by batch id, found by halving.</summary>
internal static class LedgerCodec
{
    private const int NamespaceOffset = 4 + sizeof(ushort) + sizeof(ushort) + sizeof(uint);

    internal static byte[] Encode(Guid namespaceId, Guid ledgerId, ReadOnlySpan<ConsumedBatch> batches)
    {
        ConsumedBatch[] sorted = batches.ToArray();
        Array.Sort(sorted, static (x, y) => Compare(x.Id, y.Id) is var order and not 0
            ? order : x.Sequence.CompareTo(y.Sequence));
        var buffer = new ArrayBufferWriter<byte>(
            ManifestFormat.LedgerFixedLength + (sorted.Length * ManifestFormat.LedgerRowLength)
            + ManifestFormat.ChecksumLength);
        var writer = new SpanWriter(buffer);
        writer.WriteBytes(ManifestFormat.LedgerMagic);
        writer.WriteUInt16(ManifestFormat.Version);
        writer.WriteUInt16(0);
        writer.WriteInt32(sorted.Length);
        writer.WriteGuid(namespaceId);
        writer.WriteGuid(ledgerId);
        writer.WriteInt64(sorted.Min(batch => batch.Sequence));
        writer.WriteInt64(sorted.Max(batch => batch.Sequence));
        foreach (ConsumedBatch batch in sorted)
        {
            writer.WriteGuid(batch.Id);
            writer.WriteInt64(batch.Sequence);
        }

        return SealedObject.Seal(ref writer, buffer);
    }

    /// <summary>Checks a ledger and returns its rows, for <see cref="TryFind"/>.</summary>
    /// <exception cref="SegmentFormatException">The bytes are damaged, or are not this ledger.</exception>
    internal static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> data, Guid namespaceId, LedgerEntry entry)
    {
        SpanReader reader = SealedObject.Open(
            data.Span,
            ManifestFormat.LedgerMagic,
            ManifestFormat.OldestReadableVersion,
            ManifestFormat.Version,
            "a list of batches");
        SealedObject.ExpectReserved(ref reader);
        int count = reader.ReadInt32();
        bool isIt = reader.ReadGuid() == namespaceId & reader.ReadGuid() == entry.Id
            & reader.ReadInt64() == entry.FirstSequence & reader.ReadInt64() == entry.LastSequence;
        if (!isIt || count != entry.Count)
        {
            throw new SegmentFormatException($"this is not ledger {entry.Id} of {namespaceId}", 8);
        }

        long length = (long)count * ManifestFormat.LedgerRowLength;
        return length == reader.Remaining
            ? data.Slice(ManifestFormat.LedgerFixedLength, (int)length)
            : throw reader.Fault($"{count} batches do not make {data.Length} bytes");
    }

    /// <summary>A sound ledger as one of another incarnation of a namespace.</summary>
    internal static byte[] WithNamespace(ReadOnlySpan<byte> data, Guid namespaceId)
    {
        byte[] moved = data.ToArray();
        namespaceId.TryWriteBytes(moved.AsSpan(NamespaceOffset), bigEndian: true, out _);
        SealedObject.Reseal(moved);
        return moved;
    }

    internal static bool TryFind(ReadOnlySpan<byte> rows, Guid id, out long sequence)
    {
        Span<byte> wanted = stackalloc byte[16];
        id.TryWriteBytes(wanted, bigEndian: true, out _);
        int low = 0;
        int high = (rows.Length / ManifestFormat.LedgerRowLength) - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            ReadOnlySpan<byte> row = rows.Slice(
                middle * ManifestFormat.LedgerRowLength, ManifestFormat.LedgerRowLength);
            int order = row[..16].SequenceCompareTo(wanted);
            if (order == 0)
            {
                sequence = BinaryPrimitives.ReadInt64LittleEndian(row[16..]);
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        sequence = 0;
        return false;
    }

    // The order of the stored bytes, which is not that of Guid.CompareTo on every platform.
    private static int Compare(Guid left, Guid right)
    {
        Span<byte> bytes = stackalloc byte[32];
        left.TryWriteBytes(bytes, bigEndian: true, out _);
        right.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        return bytes[..16].SequenceCompareTo(bytes[16..]);
    }
}
