using static Tidepool.Tests.Crashes.CrashSteps;

namespace Tidepool.Tests.Crashes;

/// <summary>What a process can die of while it keeps states, gives them up, or reads the past.</summary>
internal static class TagCrashScenarios
{
    internal static IEnumerable<CrashScenario> All =>
    [
        new("tag", static async actor =>
        {
            await actor.TagAsync("a");
            await actor.WriteAsync(Put(2, 1995));
            await actor.ReadTagsAsync();
        })
        {
            Before = static async actor =>
            {
                await CrashScenarios.Segments(actor, count: 1);
                await CrashScenarios.Tail(actor);
            },
        },
        new("tag of an empty namespace", static actor => actor.TagAsync("a"))
        {
            Before = static actor => actor.Documents.EnsureExistsAsync(),
        },
        new("delete a tag", static actor => actor.DeleteTagAsync("a")) { Before = static actor => Tagged(actor) },
        new("tag anew", static async actor =>
        {
            await actor.DeleteTagAsync("a");
            await actor.TagAsync("a");
        })
        {
            Before = static actor => Tagged(actor),
        },
        new("collect beside a tag", static async actor =>
        {
            await actor.CompactAsync();
            await actor.ReadTagsAsync();
        })
        {
            Before = static async actor =>
            {
                await Tagged(actor);
                await actor.CompactAsync();
                await actor.AgeAsync();
            },
        },
        new("collect what a tag kept", static actor => actor.CompactAsync())
        {
            Before = static async actor =>
            {
                await Tagged(actor);
                await actor.CompactAsync();
                await actor.AgeAsync();
                await actor.DeleteTagAsync("a");
            },
        },
        new("tag beside a compactor", static actor => actor.TagAsync("a"))
        {
            Before = static actor => CrashScenarios.Segments(actor, count: 2),
            Beside = static async actor =>
            {
                await actor.WriteAsync(DeleteYear(1990));
                await actor.CompactAsync();
            },
        },
        new("read the past", static actor => actor.ReadPastAsync())
        {
            Before = static async actor =>
            {
                await CrashScenarios.Segments(actor, count: 1);
                await actor.WriteAsync(Put(2, 1993));
                await actor.CompactAsync();
            },
        },
        new("read the past beside a collector", static actor => actor.ReadPastAsync())
        {
            Before = static async actor =>
            {
                await CrashScenarios.Segments(actor, count: 1);
                await actor.WriteAsync(Put(2, 1993));
                await actor.CompactAsync();
                await actor.AgeAsync();
            },
            Beside = static actor => actor.CompactAsync(),
        },
    ];

    /// <summary>A tag on entries that a segment does not hold yet, and something written since.</summary>
    private static async Task Tagged(CrashActor actor)
    {
        await CrashScenarios.Segments(actor, count: 1);
        await actor.WriteAsync(Put(2, 1993), Delete(1));
        await actor.TagAsync("a");
        await actor.WriteAsync(Put(3, 1994));
    }
}
