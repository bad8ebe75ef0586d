namespace Tidepool.Tests.Torture;

/// <summary>What keepers did.</summary>
internal sealed class KeptCounts
{
    internal int TagsMade { get; set; }

    internal int TagsDeleted { get; set; }

    internal int TagReads { get; set; }

    /// <summary>Reads at a position of the log that found its state.</summary>
    internal int PastReads { get; set; }

    /// <summary>Reads at a position of the log whose state was no longer kept.</summary>
    internal int Expired { get; set; }

    internal int CopiesMade { get; set; }

    internal int CopyWrites { get; set; }

    internal int CopyReads { get; set; }

    internal int CopiesDropped { get; set; }

    internal int CopiesUndeleted { get; set; }

    internal int Backups { get; set; }

    internal int Restorations { get; set; }

    /// <summary>Calls of all these kinds whose process was killed, or that failed, so that they were made again.
    /// </summary>
    internal int CutOff { get; set; }

    public override string ToString() =>
        $"{TagsMade} tags ({TagsDeleted} deleted, {TagReads} reads), {PastReads} past reads ({Expired} expired), "
        + $"{CopiesMade} copies ({CopyWrites} writes, {CopyReads} reads, {CopiesDropped} dropped, "
        + $"{CopiesUndeleted} back), {Backups} backups, {Restorations} restorations, {CutOff} cut off";
}
