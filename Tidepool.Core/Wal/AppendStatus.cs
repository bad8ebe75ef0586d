namespace Tidepool.Wal;

/// <summary>What became of an append.</summary>
internal enum AppendStatus
{
    /// <summary>The entry is in the log and has been applied.</summary>
    Committed,

    /// <summary>It is not and never will be: something else took its slot, and has been applied.</summary>
    Superseded,

    /// <summary>Its slot was taken, by what has left the log since: as a rule by something else, but what forwards
    /// requests may have sent it twice. Its batches must be looked for before they are appended again.</summary>
    Overtaken,

    /// <summary>It is not and never will be: the namespace has been dropped.</summary>
    Dropped,
}
