using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>One operation of a batch, as its caller means it.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Id">To which document.</param>
/// <param name="Year">The year to set, or that is required.</param>
/// <param name="Document">What to store.</param>
internal readonly record struct WriteStep(WriteStepKind Kind, long Id, long Year, ModelDocument? Document);
