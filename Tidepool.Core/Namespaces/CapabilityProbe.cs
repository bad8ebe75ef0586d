using System.Buffers;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Namespaces;

/// <summary>Finds out whether a store keeps the promises that commits stand on; some accept a condition and ignore
/// it.</summary>
internal static class CapabilityProbe
{
    /// <exception cref="StorageException">The store failed, or breaks a promise.</exception>
    internal static async ValueTask RunAsync(
        IObjectStore store, DatabaseKeys keys, CancellationToken cancellationToken)
    {
        Guid id = keys.NewId();
        string key = keys.Probe(id);
        byte[] first = [.. id.ToByteArray(), 1];
        byte[] second = [.. id.ToByteArray(), 2];
        PutResult created = await PutAsync(first).ConfigureAwait(false);
        if (!created.Succeeded && !created.EarlierAttemptInDoubt)
        {
            throw Refuse(key, "the first conditional put of a new key was rejected");
        }

        PutResult repeated = await PutAsync(second).ConfigureAwait(false);
        using GetResult stored = await store.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        bool isIntact = stored.Found && stored.Data.Span.SequenceEqual(first);
        ObjectListing listing = await store
            .ListAsync(keys.Probes + id, startAfter: null, maxKeys: 1, cancellationToken)
            .ConfigureAwait(false);
        await store.DeleteAsync([key], cancellationToken).ConfigureAwait(false);
        if (repeated.Succeeded || !isIntact)
        {
            throw Refuse(key, "a put with If-None-Match: * replaced an existing object");
        }

        if (listing.Objects.Count != 1 || listing.Objects[0].Key != key)
        {
            throw Refuse(key, "a listing does not show an object that was stored before");
        }

        ValueTask<PutResult> PutAsync(byte[] content) =>
            store.PutAsync(key, new ReadOnlySequence<byte>(content), PutCondition.IfAbsent, cancellationToken);
    }

    private static StorageException Refuse(string key, string fault) => new(
        $"This object store cannot hold a database: {fault} ({key}). Writers would overwrite each other's commits. "
        + "Use a store, or a version of its server, that honours conditional writes; check that no proxy in between "
        + "drops the header; or use a local directory.");
}
