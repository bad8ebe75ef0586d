using Tidepool.Storage;

namespace Tidepool.Tests.Torture;

/// <summary>What a child process of a torture run does: writes, compacts, collects, keeps or reads until it is told to
/// stop.</summary>
internal static class ChildProgram
{
    internal const string Command = "torture-child";

    private static readonly TimeSpan s_pauseBetweenOpenings = TimeSpan.FromMilliseconds(100);

    /// <summary>ROLE STORE INCARNATION WORKER SEED, as <see cref="ChildProcess"/> puts them.</summary>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        string role = arguments[0];
        string store = arguments[1];
        long incarnation = long.Parse(arguments[2]);
        int worker = int.Parse(arguments[3]);
        int seed = int.Parse(arguments[4]);
        ParentLines parent = new();
        try
        {
            await (role switch
            {
                "writer" => UseAsync(store, compacts: true, documents =>
                    new WriterChild(documents, incarnation, worker, seed).RunAsync(parent)),
                "compactor" => UseAsync(store, compacts: false, documents =>
                    CompactorChild.RunAsync(documents, seed, parent.StopAsync())),
                "reader" => UseAsync(store, compacts: false, documents => ReaderChild.RunAsync(documents, parent)),
                KeeperDriver.Role => TryAsync(isReady => TortureStore.UseDatabaseAsync(
                    store, compacts: true, database =>
                    {
                        isReady();
                        return new KeeperChild(database).RunAsync(parent);
                    })),
                "collector" => TryAsync(isReady => TortureStore.UseStoreAsync(store, objects =>
                {
                    isReady();
                    return CollectorChild.RunAsync(TortureStore.MakeReliable(objects), seed, parent.StopAsync());
                })),
                _ => throw new ArgumentException($"No role {role}."),
            });
        }
        catch (Exception failure)
        {
            ChildOutput.Say($"! {role}: {failure}");
            return 1;
        }

        return 0;
    }

    private static Task UseAsync(string store, bool compacts, Func<TidepoolNamespace, Task> use) =>
        TryAsync(isReady => TortureStore.UseAsync(store, compacts, documents =>
        {
            isReady();
            return use(documents);
        }));

    /// <summary>Opens until it can be done: the disk may be full just now, the server away.</summary>
    private static async Task TryAsync(Func<Action, Task> open)
    {
        bool isReady = false;
        while (!isReady)
        {
            try
            {
                await open(() =>
                {
                    isReady = true;
                    ChildOutput.Say("R");
                });
            }
            catch (StorageException failure) when (!isReady)
            {
                ChildOutput.Say($"? {failure.Message}");
                await Task.Delay(s_pauseBetweenOpenings);
            }
        }
    }
}
