namespace Tidepool.Tests.Torture;

/// <summary>An answer that is to be the state of the log at one position.</summary>
/// <param name="What">Whose state it is, for messages.</param>
/// <param name="Sequence">The position.</param>
/// <param name="Found">All documents; null when the answer was that the state is no longer kept.</param>
/// <param name="EndedAt">When the answer had come, on the clock of <see cref="Operation.AnnouncedAt"/>.</param>
internal sealed record PastRead(string What, long Sequence, Dictionary<string, Observation>? Found, long EndedAt);
