using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Cleanup;

/// <summary>How old the manifests of a namespace are, on the store's clock.</summary>
internal sealed class ManifestAges
{
    private readonly Dictionary<long, DateTimeOffset> _times = [];
    private readonly List<long> _outdated = [];
    private readonly TimeSpan _window;
    private readonly DateTimeOffset? _now;

    private ManifestAges(TimeSpan window, DateTimeOffset? now)
    {
        _window = window;
        _now = now;
    }

    /// <summary>The newest generation that has been there for as long as things are kept; 0 for none.</summary>
    internal long Horizon { get; private set; }

    /// <summary>Generations before the horizon that are still manifests, oldest first.</summary>
    internal IReadOnlyList<long> Outdated => _outdated;

    /// <summary>Lists the manifests.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="keys">Their keys.</param>
    /// <param name="policy">How long what is unneeded is kept.</param>
    /// <param name="now">The store time to go by; null for one that does not tell, where nothing ages.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static async ValueTask<ManifestAges> ReadAsync(
        IObjectStore store,
        NamespaceKeys keys,
        GracePolicy policy,
        DateTimeOffset? now,
        CancellationToken cancellationToken)
    {
        var ages = new ManifestAges(policy.CollectAfter, now);
        await foreach (ObjectListing page in StoreListing
            .ReadAsync(store, keys.Manifests, startAfter: null, cancellationToken)
            .ConfigureAwait(false))
        {
            if (!page.Objects.All(info => ages.Add(keys, info)))
            {
                break;
            }
        }

        ages._outdated.Reverse();
        return ages;
    }

    /// <summary>Whether an object has been unneeded for as long as such are kept.</summary>
    internal bool IsDue(GraveyardEntry grave)
    {
        DateTimeOffset? since = grave.Since
            ?? (_times.TryGetValue(grave.SinceGeneration, out DateTimeOffset time) ? time : null);
        return _now - since >= _window;
    }

    /// <summary>Takes in the next older generation; false once all older ones are known to be tombstones.</summary>
    private bool Add(NamespaceKeys keys, ObjectInfo info)
    {
        if (!keys.TryParseManifest(info.Key, out long generation))
        {
            return true;
        }

        if (Horizon != 0)
        {
            // Tombstones are written oldest first, so behind one there are only others.
            if (info.Length == ManifestFormat.TombstoneLength)
            {
                return false;
            }

            _outdated.Add(generation);
            return true;
        }

        _times[generation] = info.LastModified;
        Horizon = _now - info.LastModified >= _window ? generation : 0;
        return true;
    }
}
