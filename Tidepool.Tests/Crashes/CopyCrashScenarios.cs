using static Tidepool.Tests.Crashes.CrashSteps;

namespace Tidepool.Tests.Crashes;

/// <summary>What a process can die of while it copies a namespace, or does something to a copy or to its source.
/// </summary>
internal static class CopyCrashScenarios
{
    internal static IEnumerable<CrashScenario> All => [.. Copies(), .. Backups()];

    private static IEnumerable<CrashScenario> Copies() =>
    [
        new("copy", static actor => actor.Copies.CopyAsync()) { Before = static actor => Documents(actor) },
        new("two copies", static actor => actor.Copies.CopyAsync())
        {
            Before = static actor => Documents(actor),
            Beside = static actor => actor.Copies.CopyAsync(),
        },
        new("copy beside a compactor", static actor => actor.Copies.CopyAsync())
        {
            Before = static actor => Documents(actor),
            Beside = static actor => actor.CompactAsync(),
        },
        new("copy of a copy", static actor => actor.Copy.Copies.CopyAsync(actor.History.Name))
        {
            Before = static async actor =>
            {
                await Copied(actor);
                await actor.Copy.WriteAsync(Put(5, 1995));
                await actor.DropAsync();
            },
        },
        new("write to a copy", static async actor =>
        {
            await actor.Copy.WriteAsync(Put(2, 1995), Delete(4));
            await actor.Copy.FlushAsync();
        })
        {
            Before = static actor => Copied(actor),
        },
        new("compact a copy", static actor => actor.Copy.CompactAsync()) { Before = static actor => Copied(actor) },
        new("drop a copy", static actor => actor.Copy.DropAsync()) { Before = static actor => Copied(actor) },
        new("drop the source of a copy", static async actor =>
        {
            await actor.DropAsync();
            await actor.Copy.ScanAsync();
        })
        {
            Before = static actor => Copied(actor),
        },
        new("collect the source of a copy", static actor => actor.CompactAsync())
        {
            Before = static async actor =>
            {
                await Copied(actor);
                await actor.CompactAsync();
                await actor.AgeAsync();
            },
        },
        new("collect the dropped source of a copy", static actor => actor.Copy.CompactAsync())
        {
            Before = static async actor =>
            {
                await Copied(actor);
                await actor.DropAsync();
                await actor.AgeAsync();
            },
        },
        new("let go of what a copy shared", static actor => actor.CompactAsync())
        {
            Before = static async actor =>
            {
                await Copied(actor);
                await actor.Copy.CompactAsync();
                await actor.AgeAsync();
            },
        },
        new("undelete", static actor => actor.Copies.UndeleteAsync())
        {
            Before = static async actor =>
            {
                await Documents(actor);
                await actor.DropAsync();
            },
            Finish = static actor => actor.Copies.UndeleteAsync(),
        },
    ];

    private static IEnumerable<CrashScenario> Backups() =>
    [
        new("backup", static actor => actor.Copies.BackupAsync()) { Before = static actor => Documents(actor) },
        new("incremental backup", static actor => actor.Copies.BackupAsync())
        {
            Before = static async actor =>
            {
                await Documents(actor);
                await actor.Copies.BackupAsync();
                await actor.WriteAsync(Put(9, 1996), Delete(4));
            },
        },
        new("backup beside a compactor", static actor => actor.Copies.BackupAsync())
        {
            Before = static actor => Documents(actor),
            Beside = static actor => actor.CompactAsync(),
        },
        new("restore", static actor => actor.Copies.RestoreAsync())
        {
            Before = static async actor =>
            {
                await Documents(actor);
                await actor.Copies.BackupAsync();
                await actor.DropAsync();
            },
            Finish = static actor => actor.Copies.RestoreAsync(),
        },
    ];

    /// <summary>A segment, dead rows in it, and what no segment holds yet.</summary>
    private static async Task Documents(CrashActor actor)
    {
        await CrashScenarios.Segments(actor, count: 1);
        await actor.WriteAsync(Put(2, 1993), Delete(1));
    }

    private static async Task Copied(CrashActor actor)
    {
        await Documents(actor);
        await actor.Copies.CopyAsync();
    }
}
