using Tidepool.Model;

namespace Tidepool.Wal;

/// <summary>What a log tells the state that is built from it. Calls never overlap.</summary>
internal interface ILogListener
{
    /// <summary>Called before entries are applied that others wrote: fetches what applying any entry reads. When it
    /// fails, none of them is applied.</summary>
    /// <returns>False when some of that is gone: start again from the newest manifest.</returns>
    ValueTask<bool> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Called once for each entry, in order, whoever wrote it. Payloads are valid during the call only.
    /// </summary>
    /// <remarks>Must be quick and must not call the log. When it throws, the entry counts as not applied.</remarks>
    void Apply(WalEntry entry);

    /// <summary>What was applied is out of date by more than the grace window, and the entries that follow it may be
    /// gone: start again from the newest manifest.</summary>
    /// <returns>The floor of the manifest that was loaded; entries after it are applied next.</returns>
    ValueTask<LogPosition> ResetAsync(CancellationToken cancellationToken);
}
