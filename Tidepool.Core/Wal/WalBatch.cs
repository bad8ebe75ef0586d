namespace Tidepool.Wal;

/// <summary>One atomic write inside a log entry.</summary>
/// <param name="Id">Names the write, so that its outcome can be asked and a repetition recognised.</param>
/// <param name="Flags">The writer's own; the log keeps them as they are.</param>
/// <param name="Payload">The writer's own; the log checks that the bytes are intact and looks no further.</param>
internal readonly record struct WalBatch(Guid Id, uint Flags, ReadOnlyMemory<byte> Payload);
