namespace Tidepool.Tests.Simulation;

/// <summary>A rule of the protocol left out or changed. Each of the mutants is a shortcut that somebody's product once
/// took.</summary>
internal enum WalModelMutant
{
    /// <summary>The protocol as it is.</summary>
    None,

    /// <summary>The protocol, but every acknowledgement waits for a check, as on a store that tells no time.</summary>
    AlwaysCheck,

    /// <summary>A created slot is acknowledged although the writer was away for the grace window.</summary>
    NoCheckAfterCreate,

    /// <summary>Slots are deleted as soon as a manifest has consumed them.</summary>
    DeleteWithoutGrace,

    /// <summary>Slots are deleted by their own age, not by that of the manifest that consumed them.</summary>
    DeleteByObjectAge,

    /// <summary>A writer trusts a missing slot although it was away for the grace window.</summary>
    ProbeWithoutWindow,

    /// <summary>A reader trusts a missing slot although it was away for the grace window.</summary>
    ReadWithoutWindow,

    /// <summary>A failed condition always means that somebody else took the slot.</summary>
    NoOwnCheck,

    /// <summary>A writer gives up a slot that is in doubt and writes the batch again.</summary>
    LeaveSlotInDoubt,

    /// <summary>A batch that may have been consumed, or may be a ghost, is written again.</summary>
    RetryAfterGhost,

    /// <summary>A failed condition always means that this slot is lost, even if an attempt is in doubt.</summary>
    ConditionFailedIsLost,

    /// <summary>A slot that holds an entry is applied although the process was away for the grace window.</summary>
    ApplyWithoutWindow,

    /// <summary>Who was away for the grace window does not ask whether the namespace was dropped.</summary>
    NoDropCheck,
}
