namespace Tidepool.Tests.Torture;

/// <summary>When nobody works, has a fresh process look at all that keepers keep, and restore the newest backup.
/// </summary>
internal sealed class KeptRest(RunRecord record, ChildProcess keeper)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly KeeperSteps _steps = new(record, keeper);

    /// <param name="vault">The backups of the round, which are not needed afterwards.</param>
    /// <param name="place">Where to restore.</param>
    /// <param name="leftovers">Other stores that are not needed any more.</param>
    internal async Task JudgeAsync(string vault, string place, IEnumerable<string> leftovers)
    {
        await DoAsync(_steps.ListTagsAsync);
        foreach (TagHistory tag in record.Kept.Tags.Where(tag => tag.State == LifeState.There).ToArray())
        {
            await DoAsync(() => _steps.ReadTagAsync(tag, isHeld: true));
            await DoAsync(() => _steps.ReadTagAsync(tag, isHeld: false));
        }

        await DoAsync(_steps.ListCopiesAsync);
        foreach (CopyHistory copy in record.Kept.Copies.Where(copy => copy.State == LifeState.There).ToArray())
        {
            await DoAsync(() => _steps.ReadCopyAsync(copy));
        }

        await JudgeBackupsAsync(vault, place);
        foreach (string wiped in (string[])[vault, .. leftovers])
        {
            await DoAsync(() => _steps.WipeAsync(wiped));
        }

        lock (record.Gate)
        {
            record.Kept.EndRound();
            record.Ledger.Settle();
        }
    }

    private async Task JudgeBackupsAsync(string vault, string place)
    {
        string[]? ids = await _steps.ListBackupsAsync(vault);
        if (ids is [])
        {
            await DoAsync(() => _steps.BackUpAsync(vault, isOfAll: true));
            ids = await _steps.ListBackupsAsync(vault);
        }

        if (ids is [var newest, ..])
        {
            Restoration restoration = new(newest, place);
            await DoAsync(() => restoration.RunAsync(_steps, vault));
        }
        else
        {
            record.Accuse($"no backup is listed in {vault}");
        }
    }

    /// <summary>Has something done until it is.</summary>
    private async Task DoAsync(Func<Task<bool>> step)
    {
        while (!keeper.Ended.IsCompleted && !await step())
        {
            await Task.Delay(s_pause);
        }

        if (keeper.Ended.IsCompleted)
        {
            record.Accuse($"{keeper} ended: {keeper.Errors}");
        }
    }
}
