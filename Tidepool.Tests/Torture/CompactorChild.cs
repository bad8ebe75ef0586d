using Tidepool.Storage;

namespace Tidepool.Tests.Torture;

/// <summary>Compacts again and again.</summary>
internal static class CompactorChild
{
    internal static async Task RunAsync(TidepoolNamespace documents, int seed, Task stop)
    {
        Random random = new(seed);
        while (!stop.IsCompleted)
        {
            try
            {
                await documents.CompactAsync();
                ChildOutput.Say("C");
            }
            catch (TidepoolException busy) when (busy.IsTransient || busy is StorageException)
            {
                ChildOutput.Say($"? {busy.Message}");
            }

            await Task.Delay(random.Next(300));
        }
    }
}
