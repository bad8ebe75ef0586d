namespace Tidepool.Wal;

/// <summary>What a log entry does. Persisted: never renumber.</summary>
internal enum WalEntryKind : byte
{
    /// <summary>Applies its batches; without any it only takes its slot, so that nobody else can.</summary>
    Data = 1,

    /// <summary>Ends the log: the namespace is dropped, nothing may follow.</summary>
    Drop = 2,
}
