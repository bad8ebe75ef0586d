using System.Buffers;

namespace Tidepool.Storage;

/// <summary>The storage seam: bytes under keys. Memory, local files and S3 are built in; any store that keeps the
/// promises below will do.</summary>
/// <remarks>
/// <para>Promises: a put is all or nothing, and durable when it returns. Get and list see every put that returned
/// before they began. <see cref="PutCondition.IfAbsent"/> has exactly one winner per key. Nothing else is relied on
/// for safety.</para>
/// <para>Keys are 1 to 1,024 bytes of UTF-8 without control characters, segments separated by <c>/</c>; no segment is
/// empty, <c>.</c> or <c>..</c>. Any other key throws <see cref="ArgumentException"/>.</para>
/// <para>Every answer carries the store's own time: elapsed time is measured on that clock, never on ours.</para>
/// <para>All members may be called at any time by any thread. A failure throws <see cref="StorageException"/>; when it
/// is transient, the request may or may not have been applied. A missing object is an answer, not a failure.</para>
/// </remarks>
public interface IObjectStore
{
    /// <summary>Who can reach the objects; <see cref="ObjectStoreSharing.Network"/> unless the store knows
    /// better.</summary>
    ObjectStoreSharing Sharing => ObjectStoreSharing.Network;

    /// <summary>Reads an object, or a range of it, into memory of the store's choice.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="range">The part wanted; null for all of it. A range that starts at or past the end is
    /// empty.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<GetResult> GetAsync(string key, ObjectRange? range = null, CancellationToken cancellationToken = default);

    /// <summary>Reads a range of an object into the caller's memory.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="offset">First byte wanted.</param>
    /// <param name="destination">What to fill; its length says how much is wanted.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default);

    /// <summary>Writes an object whole.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="content">Its bytes; not read after the call returns.</param>
    /// <param name="condition">When the put takes effect; always, by default.</param>
    /// <param name="cancellationToken">Stops waiting; the put may or may not take effect then.</param>
    ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default);

    /// <summary>Writes a large object as a stream, in bounded memory; it appears whole or not at all.</summary>
    /// <param name="key">The object's key; use a unique one, for there is no condition.</param>
    /// <param name="writeContent">Called once with a forward-only stream to write to. If it throws, nothing is
    /// stored.</param>
    /// <param name="cancellationToken">Abandons the upload.</param>
    ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default);

    /// <summary>Deletes objects; those that do not exist are skipped.</summary>
    /// <returns>The store's own time of the answer; null from a store that does not tell.</returns>
    ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default);

    /// <summary>Lists a page of objects in ascending byte order of their UTF-8 keys.</summary>
    /// <param name="prefix">What keys begin with; empty for all.</param>
    /// <param name="startAfter">Only keys greater than this one (it need not exist); null from the start.</param>
    /// <param name="maxKeys">The most keys wanted, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default);
}
