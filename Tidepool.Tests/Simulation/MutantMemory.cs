using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>What a mutant remembers and should not, and what it deletes and should not.</summary>
internal sealed class MutantMemory(SimulationWorld world)
{
    private readonly Dictionary<string, TimeSpan> _missing = [];

    internal void OnRead(StoreName name, bool isThere)
    {
        if (isThere)
        {
            _missing.Remove(name.Text);
        }
        else if (name.IsLog)
        {
            _missing.TryAdd(name.Text, world.Loop.Elapsed);
        }
    }

    /// <summary>Whether something is said not to be there without a look.</summary>
    internal bool IsHidden(ProtocolMutant mutant, StoreName name, SimulationRandom random) => mutant switch
    {
        ProtocolMutant.EndOfLogRemembered => _missing.TryGetValue(name.Text, out TimeSpan since) &&
            world.Loop.Elapsed - since < world.Window / 4,
        ProtocolMutant.EndOfLogGuessed => name.IsLog && random.IsOneIn(6),
        ProtocolMutant.NewerManifestNotFound => name.IsManifest && random.IsOneIn(2),
        ProtocolMutant.DropNotFound => name.IsRecord && name.Number % 2 == 0,
        ProtocolMutant.DeletionsIgnored => name.IsDeletions,
        _ => false,
    };

    /// <summary>Deletes what a new manifest has made unneeded, without waiting.</summary>
    internal async ValueTask CollectEarlyAsync(
        ProtocolMutant mutant, IObjectStore inner, StoreName name, byte[] data, CancellationToken cancellationToken)
    {
        if (mutant is not (ProtocolMutant.LogCollectedWithItsFlush or ProtocolMutant.GravesEmptiedAtOnce) ||
            ManifestCodec.Decode(data, name.Incarnation, name.Number, out _) is not { } manifest)
        {
            return;
        }

        NamespaceKeys keys = new DatabaseKeys("").Data(name.Incarnation);
        string[] early = mutant == ProtocolMutant.GravesEmptiedAtOnce
            ? [.. manifest.Graveyard.Select(grave => grave.GetKey(keys))]
            :
            [
                .. world.Store.Keys.Where(key =>
                    keys.TryParseLogEntry(key, out long sequence) && sequence <= manifest.Floor.Sequence),
            ];
        if (early.Length > 0)
        {
            await inner.DeleteAsync(early, cancellationToken).ConfigureAwait(false);
        }
    }
}
