namespace Tidepool.Tests.Simulation;

/// <summary>What a protocol must never do.</summary>
internal enum WalModelViolation
{
    /// <summary>An acknowledged batch is not in the log.</summary>
    AcknowledgedLost,

    /// <summary>A batch is in the log twice.</summary>
    AppliedTwice,

    /// <summary>A strong read misses a batch that was acknowledged before.</summary>
    StaleRead,

    /// <summary>A process applied what a recycled slot holds as if it were the log's entry.</summary>
    AppliedAGhost,
}
