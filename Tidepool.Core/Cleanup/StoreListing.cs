using System.Runtime.CompilerServices;
using Tidepool.Storage;

namespace Tidepool.Cleanup;

/// <summary>Listings of any length.</summary>
internal static class StoreListing
{
    /// <summary>The pages of a listing; each with the store's time of its own answer.</summary>
    internal static async IAsyncEnumerable<ObjectListing> ReadAsync(
        IObjectStore store,
        string prefix,
        string? startAfter,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ObjectListing page = await store
                .ListAsync(prefix, startAfter, maxKeys: 1000, cancellationToken)
                .ConfigureAwait(false);
            yield return page;
            if (!page.IsTruncated || page.Objects.Count == 0)
            {
                yield break;
            }

            startAfter = page.Objects[^1].Key;
        }
    }

    /// <summary>Deletes objects, a thousand at a time.</summary>
    internal static async ValueTask DeleteAsync(
        IObjectStore store, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        foreach (string[] some in keys.Chunk(1000))
        {
            await store.DeleteAsync(some, cancellationToken).ConfigureAwait(false);
        }
    }
}
