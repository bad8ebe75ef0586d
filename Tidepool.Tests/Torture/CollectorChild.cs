using Tidepool.Cleanup;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Recovery;
using Tidepool.Storage;

namespace Tidepool.Tests.Torture;

/// <summary>Collects garbage again and again, as the engine's own collections do, and does nothing else.</summary>
internal static class CollectorChild
{
    internal static async Task RunAsync(IObjectStore store, int seed, Task stop)
    {
        Random random = new(seed);
        DatabaseKeys keys = new(root: "");
        GracePolicy policy = TortureStore.PolicyOf(store);
        NamespaceRegistry registry = new(store, keys);
        NamespaceOpener opener = new(store, keys, policy, registry);
        while (!stop.IsCompleted)
        {
            try
            {
                using NamespaceOpening? opening =
                    await opener.OpenAsync(TortureStore.Namespace, onStart: null, CancellationToken.None);
                if (opening is not null)
                {
                    using ManifestStore manifests = opening.Manifests;
                    using PinStore pins = new(store, opening.Keys, policy);
                    BranchPins branches = new(store, keys, registry, policy);
                    NamespaceCollector collector = new(store, opening.Keys, manifests, pins, branches, policy);
                    await CollectAsync(collector, random, stop);
                }

                Say(await new DatabaseCollector(store, keys, registry, policy).RunAsync(CancellationToken.None));
            }
            catch (StorageException failure)
            {
                ChildOutput.Say($"? {failure.Message}");
            }

            await Task.Delay(random.Next(200));
        }
    }

    /// <summary>Some collections by one collector, which may have been stopped for long between two.</summary>
    private static async Task CollectAsync(NamespaceCollector collector, Random random, Task stop)
    {
        for (int left = random.Next(20); left > 0 && !stop.IsCompleted; left--)
        {
            Say(await collector.RunAsync(CancellationToken.None));
            await Task.Delay(random.Next(500));
        }
    }

    private static void Say(CollectionReport report) => ChildOutput.Say(
        $"G {report.LogEntries} {report.Graves} {report.Orphans} {report.Manifests} {report.Dropped}");
}
