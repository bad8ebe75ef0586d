namespace Tidepool.Model;

/// <summary>A batch that is in the log.</summary>
/// <param name="Id">The batch, as its writer named it.</param>
/// <param name="Sequence">The entry it is part of.</param>
internal readonly record struct BatchRecord(Guid Id, long Sequence);
