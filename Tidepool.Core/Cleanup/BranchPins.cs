using Tidepool.Index.Binary;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Storage;

namespace Tidepool.Cleanup;

/// <summary>Finds out which of the pins that copies of a namespace made in it are still needed, and lets go of the
/// others.</summary>
/// <remarks>What such a pin keeps, a copy refers to from its first manifest on or never. So it is needed until the
/// oldest manifest of the copy that anybody may rely on does without it, and so do its pins. Of a copy that never came
/// into being it is needed until its maker has given up; what he left behind goes with it.</remarks>
internal sealed class BranchPins(
    IObjectStore store, DatabaseKeys keys, NamespaceRegistry registry, GracePolicy policy)
{
    // Where nothing lingers otherwise, a pin of the copy may still be in the making.
    private readonly GracePolicy _patience =
        policy.Window > TimeSpan.Zero ? policy : policy with { Window = policy.OrphanAge };

    /// <summary>Lets go of pins that nothing needs. What they keep must stay until the pins are listed anew.</summary>
    /// <param name="pins">The pins of the namespace.</param>
    /// <param name="owner">The namespace.</param>
    /// <param name="listing">All of them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How many those were.</returns>
    internal async ValueTask<long> ReleaseUnneededAsync(
        PinStore pins, Guid owner, PinListing listing, CancellationToken cancellationToken)
    {
        long released = 0;
        foreach (Pin pin in listing.Pins)
        {
            if (PinNames.TryParseBranch(pin.Name, out Guid branch)
                && !await IsNeededAsync(pin, owner, branch, listing.StoreTime, cancellationToken)
                    .ConfigureAwait(false))
            {
                await pins.ReleaseAsync(pin.Name, cancellationToken).ConfigureAwait(false);
                released++;
            }
        }

        return released;
    }

    private async ValueTask<bool> IsNeededAsync(
        Pin pin, Guid owner, Guid branch, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        NamespaceKeys data = keys.Data(branch);
        bool isGivenUp = now - pin.StoredAt >= policy.OrphanAge;
        if (await ReadOriginAsync(data, cancellationToken).ConfigureAwait(false) is not { } origin)
        {
            return !isGivenUp; // It comes right after the pin, and goes when the copy's data does.
        }

        IncarnationRecord? record = await registry.ReadAsync(origin.Name, origin.Number, cancellationToken)
            .ConfigureAwait(false);
        if (record?.NamespaceId == branch)
        {
            return await RefersToAsync(data, owner, cancellationToken).ConfigureAwait(false);
        }

        if (isGivenUp)
        {
            await DeleteAsync(data, cancellationToken).ConfigureAwait(false);
        }

        return !isGivenUp;
    }

    private async ValueTask<IncarnationRecord?> ReadOriginAsync(
        NamespaceKeys data, CancellationToken cancellationToken)
    {
        using GetResult stored = await store.GetAsync(data.Origin, range: null, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return stored.Found ? RegistryCodec.DecodeRecord(stored.Data.Span) : null;
        }
        catch (SegmentFormatException inner)
        {
            throw new DataCorruptionException($"{data.Origin}, byte {inner.Offset}: {inner.Message}.", inner)
            {
                ObjectKey = data.Origin,
            };
        }
    }

    private async ValueTask<bool> RefersToAsync(
        NamespaceKeys data, Guid owner, CancellationToken cancellationToken)
    {
        using var pins = new PinStore(store, data, policy);
        PinListing listing = await pins.ListAsync(cancellationToken).ConfigureAwait(false);
        ManifestAges ages = await ManifestAges
            .ReadAsync(store, data, _patience, listing.StoreTime, cancellationToken)
            .ConfigureAwait(false);
        if (ages.Horizon == 0 || listing.Pins.Any(pin => RefersTo(pin.Manifest, owner)))
        {
            return true;
        }

        StoredManifest horizon = await ManifestStore.ReadAsync(store, data, ages.Horizon, cancellationToken)
            .ConfigureAwait(false);
        return horizon.Manifest is not { } manifest || RefersTo(manifest, owner);
    }

    private static bool RefersTo(Manifest manifest, Guid owner) =>
        manifest.Segments.Any(segment => segment.Owner == owner);

    /// <summary>Deletes what there is of a copy; last of all what tells that there should be one.</summary>
    private async ValueTask DeleteAsync(NamespaceKeys data, CancellationToken cancellationToken)
    {
        await foreach (ObjectListing page in StoreListing
            .ReadAsync(store, data.All, startAfter: null, cancellationToken)
            .ConfigureAwait(false))
        {
            await StoreListing
                .DeleteAsync(
                    store, page.Objects.Select(info => info.Key).Where(key => key != data.Origin), cancellationToken)
                .ConfigureAwait(false);
        }

        await store.DeleteAsync([data.Origin], cancellationToken).ConfigureAwait(false);
    }
}
