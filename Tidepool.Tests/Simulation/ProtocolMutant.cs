namespace Tidepool.Tests.Simulation;

/// <summary>Rules of the protocol, each broken on purpose, between the engine and the model store or in what the engine
/// is told. The names say what is wrong.</summary>
internal enum ProtocolMutant
{
    /// <summary>The protocol as it is.</summary>
    None,

    // Conditions and answers of puts.
    LogPutWithoutCondition,
    ManifestPutWithoutCondition,
    RecordPutWithoutCondition,
    LogConflictTakenForSuccess,
    ManifestConflictTakenForSuccess,
    LogDoubtForgotten,
    LogDoubtTakenForFailure,
    LogDoubtTakenForSuccess,
    ManifestDoubtTakenForSuccess,
    LogAcknowledgedBeforeSent,
    ManifestAcknowledgedBeforeSent,
    SegmentAcknowledgedBeforeSent,
    SegmentNotStored,
    DeletionsNotStored,
    SlotLeftOut,
    UnknownWrittenAgain,

    // Time and the window.
    PutTimeStandsStill,
    GetTimeStandsStill,
    AllTimesStandStill,
    HostClockTakenForStores,
    WindowTrustedTooLong,
    WindowNotKept,
    WindowHalved,
    LogCollectedWithItsFlush,
    LogCollectedOneTooFar,
    LogCollectedByObjectAge,
    GravesEmptiedAtOnce,
    OrphansOfNoAge,
    ManifestsDeleted,
    RecordsDeleted,
    DroppedDataOfNoAge,

    // What is stored.
    EntryLosesABatch,
    EntryHasABatchTwice,
    EntryFollowsNothing,
    EntryTorn,
    ManifestLosesASegment,
    ManifestLosesDeletions,
    ManifestLosesBatches,
    ManifestFloorTooHigh,
    ManifestFloorTooLow,
    ManifestWithoutParent,
    SegmentTorn,
    SegmentNamesCollide,
    BatchIdsCollide,

    // What is read.
    EndOfLogRemembered,
    EndOfLogGuessed,
    NewerManifestNotFound,
    DropNotFound,
    EntryOfAnotherSlot,
    ManifestOfAnotherTime,
    DeletionsIgnored,

    // Pins.
    PinPutWithoutCondition,
    PinConflictTakenForSuccess,
    PinAcknowledgedBeforeSent,
    PinNotStored,
    PinNotReleased,
    PinTorn,
    PinLosesASegment,
    PinsIgnored,
    PinListingStale,
    PinListingPartial,
    PinOfAnotherName,
}
