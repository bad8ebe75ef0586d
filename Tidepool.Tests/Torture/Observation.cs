namespace Tidepool.Tests.Torture;

/// <summary>A document that a read found: which write it is of, and its counter's value.</summary>
internal readonly record struct Observation(long Operation, long Value);
