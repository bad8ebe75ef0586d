using System.Diagnostics;

namespace Tidepool.Tests.Torture;

/// <summary>What a keeper can be asked to do. Each step is announced to the ledger before it is asked for, and its
/// answer judged; what a keeper that was killed left undone stays in doubt.</summary>
/// <remarks>Each step tells whether it came to an end.</remarks>
internal sealed class KeeperSteps(RunRecord record, ChildProcess keeper)
{
    private KeptLedger Kept => record.Kept;

    internal async Task<bool> MakeTagAsync(TagHistory tag)
    {
        lock (record.Gate)
        {
            tag.BeginMaking(record.Ledger.Head);
        }

        string[]? answer = await ActAsync("tag", tag.Name, mayBeRefused: true);
        return End(answer, () =>
        {
            bool isMade = answer![0] == KeeperChild.Done;
            Kept.Judge(tag.EndMaking(isMade ? (long.Parse(answer[1]), long.Parse(answer[2])) : null));
            Kept.Counts.TagsMade++;
        });
    }

    internal async Task<bool> DeleteTagAsync(TagHistory tag)
    {
        lock (record.Gate)
        {
            tag.BeginDeleting();
        }

        return End(await ActAsync("untag", tag.Name), () =>
        {
            tag.EndDeleting();
            Kept.Counts.TagsDeleted++;
        });
    }

    /// <summary>Reads the state that a tag keeps, whoever made it.</summary>
    internal async Task<bool> ReadTagAsync(TagHistory tag, bool isHeld)
    {
        int changes = tag.Changes;
        string[]? answer = await record.AskAsync(keeper, isHeld ? "hold" : "look", $"tag {tag.Name}");
        return End(answer, () =>
        {
            if (tag.Changes == changes)
            {
                Kept.ReadTag(tag, ParseState(answer!), Stopwatch.GetTimestamp());
            }
        });
    }

    internal async Task<bool> ListTagsAsync()
    {
        string[]? answer = await record.AskAsync(keeper, "tags", "");
        return End(answer, () => Kept.ListTags(answer!.Where(word => word.Length > 0).Select(word => word.Split(':'))
            .ToDictionary(parts => parts[0], parts => (long.Parse(parts[1]), long.Parse(parts[2])))));
    }

    /// <summary>Reads the state of a position of the log.</summary>
    internal async Task<bool> ReadPastAsync(long sequence, bool isHeld)
    {
        string[]? answer = await record.AskAsync(keeper, isHeld ? "hold" : "look", $"at {sequence}");
        return End(answer, () =>
        {
            NamedState? state = ParseState(answer!);
            if (isHeld && state is not null && state.Sequence != sequence)
            {
                Kept.Judge($"{keeper} asked for {sequence} and was given {state.Sequence}");
            }

            record.Ledger.EndRead(
                new PastRead($"{keeper}'s read of {sequence}", sequence, state?.Documents, Stopwatch.GetTimestamp()));
            Kept.Counts.PastReads += state is null ? 0 : 1;
            Kept.Counts.Expired += state is null ? 1 : 0;
        });
    }

    internal async Task<bool> CopyAsync(CopyHistory copy)
    {
        lock (record.Gate)
        {
            copy.BeginMaking(record.Ledger.Head);
        }

        string[]? answer = await ActAsync("copy", copy.Name, mayBeRefused: true);
        return End(answer, () =>
        {
            Kept.Judge(copy.EndMaking(answer![0] == KeeperChild.Done));
            Kept.Counts.CopiesMade++;
        });
    }

    /// <summary>Brings a copy back that was dropped. If that is too late by then, it stays away.</summary>
    internal async Task<bool> UndeleteAsync(CopyHistory copy)
    {
        lock (record.Gate)
        {
            copy.BeginUndeleting();
        }

        string[]? answer = await ActAsync("undelete", copy.Name, mayBeRefused: true);
        return End(answer, () =>
        {
            bool isBack = answer![0] == KeeperChild.Done;
            copy.EndUndeleting(isBack);
            Kept.Counts.CopiesUndeleted += isBack ? 1 : 0;
        });
    }

    internal async Task<bool> DropAsync(CopyHistory copy)
    {
        lock (record.Gate)
        {
            copy.BeginDropping();
        }

        return End(await ActAsync("drop", copy.Name), () =>
        {
            copy.EndDropping();
            Kept.Counts.CopiesDropped++;
        });
    }

    internal async Task<bool> WriteAsync(CopyHistory copy, long operation, (string Key, bool IsDelete)[] writes)
    {
        lock (record.Gate)
        {
            copy.BeginWriting(operation, writes);
        }

        IEnumerable<string> words = writes.Select(write => write.IsDelete ? write.Key + "-" : write.Key);
        string[]? answer = await ActAsync("write", $"{copy.Name} {operation} {string.Join(' ', words)}");
        return End(answer, () =>
        {
            copy.EndWriting();
            Kept.Counts.CopyWrites++;
        });
    }

    internal async Task<bool> ReadCopyAsync(CopyHistory copy)
    {
        string[]? answer = await record.AskAsync(keeper, "all", copy.Name);
        return End(answer, () => Kept.ReadCopy(copy, ParseState(answer!), Stopwatch.GetTimestamp()));
    }

    internal async Task<bool> ListCopiesAsync()
    {
        string[]? answer = await record.AskAsync(keeper, "copies", "");
        return End(answer, () => Kept.ListCopies([.. answer!.Where(word => word.Length > 0)]));
    }

    /// <summary>Backs up the namespace, and perhaps all copies, too.</summary>
    internal async Task<bool> BackUpAsync(string vault, bool isOfAll)
    {
        long floor;
        lock (record.Gate)
        {
            floor = record.Ledger.Head;
            Kept.Backups.Begin();
        }

        string[]? answer = await ActAsync("backup", isOfAll ? vault : $"{vault} {TortureStore.Namespace}");
        return End(answer, () =>
        {
            Kept.Backups.End(answer![1], floor);
            Kept.Counts.Backups++;
        });
    }

    /// <summary>All backups, newest first, when nobody makes any; null without an answer.</summary>
    internal async Task<string[]?> ListBackupsAsync(string vault)
    {
        string[]? answer = await record.AskAsync(keeper, "backups", vault);
        string[] ids = [.. (answer ?? []).Where(word => word.Length > 0)];
        return End(answer, () => Kept.ListBackups(ids)) ? ids : null;
    }

    internal async Task<bool> RestoreAsync(string vault, string id, string place) =>
        End(await ActAsync("restore", $"{vault} {id} {place}"), () => { });

    internal async Task<bool> ReadRestoredAsync(string id, string place)
    {
        string[]? answer = await record.AskAsync(keeper, "restored", place);
        return End(answer, () =>
        {
            if (ParseState(answer!) is { } state)
            {
                Kept.ReadBackup(id, state, Stopwatch.GetTimestamp());
            }
            else
            {
                Kept.Judge($"backup {id} was restored, but is not there");
            }
        });
    }

    internal async Task<bool> WipeAsync(string place) => await record.AskAsync(keeper, "wipe", place) is not null;

    /// <summary>Has something done; null when it is unknown whether it is, or when it is not.</summary>
    private async Task<string[]?> ActAsync(string verb, string arguments, bool mayBeRefused = false)
    {
        string[]? answer = await record.AskAsync(keeper, verb, arguments);
        bool isOver = answer?[0] == KeeperChild.Done || (mayBeRefused && answer?[0] == KeeperChild.Refused);
        if (isOver)
        {
            return answer;
        }

        lock (record.Gate)
        {
            Kept.Judge(answer?[0] == KeeperChild.Refused ? $"{verb} {arguments}: {string.Join(' ', answer)}" : null);
            Kept.Counts.CutOff++;
        }

        return null;
    }

    private bool End(string[]? answer, Action note)
    {
        if (answer is null)
        {
            return false;
        }

        lock (record.Gate)
        {
            note();
        }

        return true;
    }

    private static NamedState? ParseState(string[] answer) => answer[0] == KeeperChild.None
        ? null
        : new NamedState(long.Parse(answer[0]), ObservedDocuments.Parse(answer[1..]));
}
