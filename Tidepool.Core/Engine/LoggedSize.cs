namespace Tidepool.Engine;

/// <summary>The size of a log entry.</summary>
internal readonly record struct LoggedSize(long Sequence, long Bytes);
