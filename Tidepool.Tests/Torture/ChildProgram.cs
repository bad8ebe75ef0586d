namespace Tidepool.Tests.Torture;

/// <summary>What a child process of a torture run does: writes, compacts or reads until it is told to stop.</summary>
internal static class ChildProgram
{
    internal const string Command = "torture-child";

    /// <summary>ROLE STORE INCARNATION WORKER SEED, as <see cref="ChildProcess"/> puts them.</summary>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        string role = arguments[0];
        string store = arguments[1];
        long incarnation = long.Parse(arguments[2]);
        int worker = int.Parse(arguments[3]);
        int seed = int.Parse(arguments[4]);
        using StreamReader input = new(Console.OpenStandardInput());
        try
        {
            await TortureStore.UseAsync(store, compacts: role == "writer", documents =>
            {
                ChildOutput.Say("R");
                return role switch
                {
                    "writer" => new WriterChild(documents, incarnation, worker, seed).RunAsync(StopAsync(input)),
                    "compactor" => CompactorChild.RunAsync(documents, seed, StopAsync(input)),
                    "reader" => ReaderChild.RunAsync(documents, input),
                    _ => throw new ArgumentException($"No role {role}."),
                };
            });
        }
        catch (Exception failure)
        {
            ChildOutput.Say($"! {role}: {failure}");
            return 1;
        }

        return 0;
    }

    /// <summary>Ends when the parent asks for it; if the parent is gone, the process ends at once.</summary>
    private static Task StopAsync(StreamReader input) => Task.Run(() =>
    {
        if (input.ReadLine() is null)
        {
            Environment.Exit(2);
        }
    });
}
