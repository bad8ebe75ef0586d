namespace Tidepool.Writing;

/// <summary>What a pending write puts into the log.</summary>
internal enum PendingWriteKind
{
    /// <summary>A batch, which may share its entry with others.</summary>
    Batch,

    /// <summary>An empty entry, which only takes its slot so that nothing that is under way can.</summary>
    Fence,

    /// <summary>The last entry of the namespace.</summary>
    Drop,
}
