using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>What a run has shown.</summary>
/// <param name="First">The requests of the process that was to die first.</param>
/// <param name="Second">Those of the one that recovers.</param>
/// <param name="Requests">How many there were of all processes.</param>
/// <param name="Violations">Broken promises.</param>
/// <param name="Trace">What happened, if that was asked for.</param>
internal sealed record CrashResult(
    IReadOnlyList<ModelOperation> First,
    IReadOnlyList<ModelOperation> Second,
    long Requests,
    IReadOnlyList<string> Violations,
    IReadOnlyList<string> Trace);
