namespace Tidepool.Recovery;

/// <summary>What became of a batch.</summary>
internal enum BatchOutcome
{
    /// <summary>It is in the log.</summary>
    Committed,

    /// <summary>It is not, and never will be.</summary>
    NotCommitted,

    /// <summary>It is not, but may yet arrive: append an entry, and ask again.</summary>
    StillOpen,

    /// <summary>It is not among those still remembered; it may have been written long ago.</summary>
    Forgotten,
}
