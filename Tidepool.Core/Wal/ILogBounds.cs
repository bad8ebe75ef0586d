namespace Tidepool.Wal;

/// <summary>Tells where the log begins now: names that are never deleted say so, however long the asker was away.
/// </summary>
internal interface ILogBounds
{
    /// <summary>The bounds as of some moment after the call began.</summary>
    ValueTask<LogBounds> ReadAsync(CancellationToken cancellationToken);
}
