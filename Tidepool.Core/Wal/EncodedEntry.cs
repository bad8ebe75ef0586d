using System.Buffers;

namespace Tidepool.Wal;

/// <summary>A new entry and the bytes to store for it; its payloads are those of the batches, not copies.</summary>
internal readonly record struct EncodedEntry(WalEntry Entry, ReadOnlySequence<byte> Content);
