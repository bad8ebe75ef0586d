namespace Tidepool.Tests.Simulation;

/// <summary>What a simulation does to the processes and their store. Each has a counter; none may stay at zero.
/// </summary>
internal enum FaultKind
{
    /// <summary>The request never arrives; its sender hears nothing until its time-out.</summary>
    RequestLost,

    /// <summary>The request is applied, the answer never arrives.</summary>
    ReplyLost,

    /// <summary>The sender hears nothing; the request is applied up to two grace windows later.</summary>
    ApplyDelayed,

    /// <summary>The request is applied and answered, and applied once more, up to two grace windows later.</summary>
    ApplyDuplicated,

    /// <summary>409: the store asks to try again, and has not applied it.</summary>
    Conflict,

    /// <summary>429.</summary>
    Throttled,

    /// <summary>500: applied or not.</summary>
    ServerError,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>Refused for certain, and not worth repeating.</summary>
    Refused,

    /// <summary>A condition that was not met: two wanted the same name. Not injected but brought about.</summary>
    PreconditionFailed,

    /// <summary>A body that ends early, with the length that was promised or without.</summary>
    BodyTruncated,

    /// <summary>One bit of a body is another.</summary>
    BitFlipped,

    /// <summary>A listing as it was some time ago.</summary>
    ListingStale,

    /// <summary>A listing that leaves out some of its keys.</summary>
    ListingPartial,

    /// <summary>A batch of deletions of which only some are done before it fails.</summary>
    DeletePartial,

    /// <summary>An answer that overtakes that of an earlier request of the same process.</summary>
    ReplyReordered,

    /// <summary>Everything in a process stands still, for less than the window.</summary>
    ProcessPaused,

    /// <summary>The same, for longer than the window.</summary>
    ProcessPausedOverWindow,

    /// <summary>A process dies; another one starts on what is left.</summary>
    ProcessKilled,

    /// <summary>A host's clock is up to thirty days off.</summary>
    ClockSkewed,

    /// <summary>A host's clock jumps while the process runs.</summary>
    ClockJumped,

    /// <summary>The store's hosts do not agree about the time.</summary>
    StoreClockSkewed,

    /// <summary>A caller stops waiting, at any of the moments at which there is something to wait for.</summary>
    CallCancelled,

    /// <summary>A request to the store is given up by its sender; it is on its way nevertheless.</summary>
    RequestCancelled,

    /// <summary>The disk of the cache takes nothing.</summary>
    CacheDiskFull,
}
