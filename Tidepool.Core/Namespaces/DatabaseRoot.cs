using System.Buffers;
using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Namespaces;

/// <summary>The marker that says that a database lives under a root. Creating it proves that the store can hold one.
/// </summary>
internal static class DatabaseRoot
{
    /// <summary>The id of the database under a root; null when there is none.</summary>
    /// <exception cref="DataCorruptionException">The marker is damaged, or of a version that is unknown here.
    /// </exception>
    internal static async ValueTask<Guid?> FindAsync(
        IObjectStore store, DatabaseKeys keys, CancellationToken cancellationToken)
    {
        using GetResult marker = await store.GetAsync(keys.RootMarker, range: null, cancellationToken)
            .ConfigureAwait(false);
        if (!marker.Found)
        {
            return null;
        }

        try
        {
            return RegistryCodec.DecodeRootMarker(marker.Data.Span);
        }
        catch (SegmentFormatException inner)
        {
            throw new DataCorruptionException($"{keys.RootMarker}, byte {inner.Offset}: {inner.Message}.", inner)
            {
                ObjectKey = keys.RootMarker,
            };
        }
    }

    /// <summary>The id of the database under a root, which is created if there is none.</summary>
    /// <exception cref="StorageException">The store failed, or does not do what a database needs of it.</exception>
    internal static async ValueTask<Guid> OpenAsync(
        IObjectStore store, DatabaseKeys keys, CancellationToken cancellationToken)
    {
        if (await FindAsync(store, keys, cancellationToken).ConfigureAwait(false) is { } existing)
        {
            return existing;
        }

        await CapabilityProbe.RunAsync(store, keys, cancellationToken).ConfigureAwait(false);
        var marker = new ReadOnlySequence<byte>(RegistryCodec.EncodeRootMarker(keys.NewId()));
        await store.PutAsync(keys.RootMarker, marker, PutCondition.IfAbsent, cancellationToken).ConfigureAwait(false);

        // Whoever created it, this is the one that counts.
        return await FindAsync(store, keys, cancellationToken).ConfigureAwait(false)
            ?? throw new StorageException($"{keys.RootMarker} was stored, yet it cannot be read.");
    }
}
