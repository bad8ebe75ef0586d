using System.Text;
using static Tidepool.Tests.Simulation.ReliabilityReport;

namespace Tidepool.Tests.Torture;

/// <summary>What a torture run did and found.</summary>
internal sealed record TortureReport
{
    internal required int Kills { get; init; }

    internal required int Stops { get; init; }

    internal required int FullDisks { get; init; }

    /// <summary>How often a process was refused space.</summary>
    internal required int OutOfSpace { get; init; }

    internal required int ServerKills { get; init; }

    internal required int Acknowledged { get; init; }

    internal required int Failed { get; init; }

    /// <summary>Writes whose caller was told that the outcome is unknown.</summary>
    internal required int ToldUnknown { get; init; }

    /// <summary>Writes that were under way when their process was killed.</summary>
    internal required int CutOff { get; init; }

    internal required int SettledAsCommitted { get; init; }

    internal required int SettledAsFailed { get; init; }

    internal required int InDoubt { get; init; }

    internal required int Compactions { get; init; }

    /// <summary>What collectors deleted or buried, as <see cref="RunRecord.Collected"/>.</summary>
    internal required IReadOnlyList<long> Collected { get; init; }

    internal required int StrongReads { get; init; }

    /// <summary>Tags, copies and backups.</summary>
    internal required KeptCounts Kept { get; init; }

    /// <summary>States of tags, copies, backups and positions of the log, each held to the log as a whole.</summary>
    internal required int StatesJudged { get; init; }

    internal required int Documents { get; init; }

    internal required TimeSpan Time { get; init; }

    internal required IReadOnlyList<string> Violations { get; init; }

    public override string ToString() =>
        $"{Kills} kills, {Stops} stops, {FullDisks} full disks ({OutOfSpace} refusals), {ServerKills} server kills, "
        + $"{Acknowledged} acknowledged, {Failed} failed, {ToldUnknown} unknown, {CutOff} cut off, "
        + $"{SettledAsCommitted} settled as committed, {SettledAsFailed} as failed, {InDoubt} in doubt, "
        + $"{Compactions} compactions, collected {string.Join('/', Collected)}, {StrongReads} strong reads, "
        + $"{Kept}, {StatesJudged} states, "
        + $"{Documents} documents, {Time.TotalSeconds:F0} s, {Violations.Count} violations";

    /// <summary>The figures as a table of docs/reliability.md.</summary>
    internal string ToTable(TortureOptions options)
    {
        StringBuilder table = new();
        AddRow(table, "what", "how many");
        AddRow(table, "---", "---");
        AddRow(
            table, "processes at a time",
            $"{options.Writers} writers, {options.Compactors} compactors, {options.Collectors} collectors, "
            + $"{options.Keepers} keepers, {options.Readers} reader");
        Add("processes killed", Kills);
        Add("processes stopped, and let go on", Stops);
        if (options.Store.IsOnS3)
        {
            Add("server killed, and started again", ServerKills);
        }

        Add(options.Store.IsOnS3 ? "times the cache's disk was full" : "times the store's disk was full", FullDisks);
        Add("calls that failed for want of space", OutOfSpace);
        Add("batches acknowledged", Acknowledged);
        Add("batches refused or failed", Failed);
        Add("batches in doubt: their process was killed", CutOff);
        Add("batches in doubt: their caller was told so", ToldUnknown);
        Add("of those, found or made to be committed, once", SettledAsCommitted);
        Add("of those, found not to be committed", SettledAsFailed);
        Add("of those, still in doubt at the end, shown whole or not at all", InDoubt);
        Add("compactions", Compactions);
        Add("log entries collected", Collected[0]);
        Add("objects collected from graves", Collected[1]);
        Add("orphans collected", Collected[2]);
        Add("manifests buried", Collected[3]);
        Add("objects of dropped copies collected", Collected[4]);
        Add("tags made", Kept.TagsMade);
        Add("tags deleted", Kept.TagsDeleted);
        Add("reads at tags judged", Kept.TagReads);
        Add("reads at positions of the log judged", Kept.PastReads);
        Add("of other positions, no longer kept", Kept.Expired);
        Add("copies made", Kept.CopiesMade);
        Add("writes to copies", Kept.CopyWrites);
        Add("full reads and verifications of copies judged", Kept.CopyReads);
        Add("copies dropped", Kept.CopiesDropped);
        Add("copies brought back", Kept.CopiesUndeleted);
        Add("backups made", Kept.Backups);
        Add("restorations, read, verified and judged", Kept.Restorations);
        Add("of these calls, cut off or failed, and made again", Kept.CutOff);
        Add("states held to the log as a whole", StatesJudged);
        Add("strong reads judged", StrongReads);
        Add("broken promises", Violations.Count);
        AddRow(table, "time", $"{Number((long)Time.TotalMinutes)} min");
        AddRow(
            table, "when, with which commit", $"{Today()}, {Commit()}, seed {options.Seed}");
        return table.ToString();

        void Add(string what, long count) => AddRow(table, what, Number(count));
    }
}
