namespace Tidepool.Tests.Simulation;

/// <summary>One operation of a batch.</summary>
internal enum WriteStepKind
{
    Upsert,
    Delete,
    Patch,
    RequireAbsent,
    RequireYear,
    DeleteYear,
}
