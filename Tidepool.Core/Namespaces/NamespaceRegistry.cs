using System.Buffers;
using System.Runtime.CompilerServices;
using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Namespaces;

/// <summary>Which namespaces there are, and under which id the data of each is.</summary>
/// <remarks>The records of a name form a chain, each created if absent and never deleted: 1 creates the namespace, 2
/// says that it was dropped, 3 creates it again.</remarks>
internal sealed class NamespaceRegistry(IObjectStore store, DatabaseKeys keys, bool isReadOnly = false)
{
    /// <summary>The newest record of a name; null when there never was such a namespace.</summary>
    /// <exception cref="DataCorruptionException">The record is damaged.</exception>
    internal async ValueTask<IncarnationRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        long listed = await ListNewestAsync(name, cancellationToken).ConfigureAwait(false);
        IncarnationRecord? newest = null;
        for (long number = Math.Max(listed, 1); ; number++)
        {
            // A listing is a hint: the name behind it decides.
            IncarnationRecord? record = await ReadAsync(name, number, cancellationToken).ConfigureAwait(false);
            if (record is null)
            {
                return newest is not null || listed == 0
                    ? newest
                    : throw Corrupt(keys.Record(name, listed), "the record is listed, but missing");
            }

            newest = record;
        }
    }

    /// <summary>The number of the newest record that a listing shows; 0 for none.</summary>
    internal async ValueTask<long> ListNewestAsync(string name, CancellationToken cancellationToken)
    {
        ObjectListing listing = await store
            .ListAsync(keys.RecordsOf(name), startAfter: null, maxKeys: 1, cancellationToken)
            .ConfigureAwait(false);
        return listing.Objects.Count > 0 && keys.TryParseRecord(listing.Objects[0].Key, out _, out long number)
            ? number : 0;
    }

    /// <summary>One record; null when it does not exist.</summary>
    /// <exception cref="DataCorruptionException">The record is damaged.</exception>
    internal async ValueTask<IncarnationRecord?> ReadAsync(
        string name, long number, CancellationToken cancellationToken)
    {
        string key = keys.Record(name, number);
        using GetResult stored = await store.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        if (!stored.Found)
        {
            return null;
        }

        try
        {
            return RegistryCodec.DecodeRecord(stored.Data.Span, name, number);
        }
        catch (SegmentFormatException inner)
        {
            throw Corrupt(key, $"byte {inner.Offset}: {inner.Message}", inner);
        }
    }

    /// <summary>Creates a namespace that has no record yet, or whose newest record says that it was dropped.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="schema">The fields it begins with.</param>
    /// <param name="newest">Its newest record, or null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The record that created it; somebody else's, with another schema, if they were first.</returns>
    internal async ValueTask<IncarnationRecord> CreateAsync(
        string name, NamespaceSchema schema, IncarnationRecord? newest, CancellationToken cancellationToken)
    {
        while (newest is null || newest.IsDropped)
        {
            var record = new IncarnationRecord(name, (newest?.Number ?? 0) + 1, keys.NewId(), schema);
            newest = await AddAsync(record, cancellationToken).ConfigureAwait(false);
        }

        return newest;
    }

    /// <summary>Records that an incarnation was dropped; its log must have ended. Nothing where nothing may be written:
    /// others will.</summary>
    internal async ValueTask DropAsync(IncarnationRecord created, CancellationToken cancellationToken)
    {
        if (isReadOnly)
        {
            return;
        }

        var record = new IncarnationRecord(
            created.Name, created.Number + 1, created.NamespaceId, NamespaceSchema.Empty);
        IncarnationRecord recorded = await AddAsync(record, cancellationToken).ConfigureAwait(false);
        if (!ReferenceEquals(recorded, record))
        {
            return; // Somebody else was first, and the hint may be that of a later incarnation.
        }

        try
        {
            await store.DeleteAsync([keys.Hint(created.Name)], cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // A hint that outlives its namespace names an old record, and is ignored.
        }
    }

    /// <summary>Names of the namespaces that exist, in ordinal order.</summary>
    internal async IAsyncEnumerable<string> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (prefix.Length > 0 && !NamespaceNames.IsValid(prefix))
        {
            yield break;
        }

        string? last = null;
        string? lastName = null;
        while (true)
        {
            ObjectListing page = await store
                .ListAsync(keys.Records + prefix, last, maxKeys: 1000, cancellationToken)
                .ConfigureAwait(false);
            foreach (ObjectInfo info in page.Objects)
            {
                last = info.Key;
                bool isNewest = keys.TryParseRecord(info.Key, out string name, out long number) && name != lastName;
                if (isNewest)
                {
                    lastName = name;
                    if (!IncarnationRecord.IsDrop(number))
                    {
                        yield return name;
                    }
                }
            }

            if (!page.IsTruncated || page.Objects.Count == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>Creates a record, or returns the one that was there first.</summary>
    internal async ValueTask<IncarnationRecord> AddAsync(
        IncarnationRecord record, CancellationToken cancellationToken)
    {
        string key = keys.Record(record.Name, record.Number);
        var content = new ReadOnlySequence<byte>(RegistryCodec.EncodeRecord(record));
        StorageException? failure = null;
        try
        {
            PutResult put = await store.PutAsync(key, content, PutCondition.IfAbsent, cancellationToken)
                .ConfigureAwait(false);
            if (put.Succeeded)
            {
                return record;
            }
        }
        catch (StorageException cause) when (cause.IsTransient)
        {
            failure = cause; // It may be there nevertheless.
        }

        IncarnationRecord? stored =
            await ReadAsync(record.Name, record.Number, cancellationToken).ConfigureAwait(false);
        if (stored is null && failure is not null)
        {
            throw new StorageException($"{key} may or may not be stored.", isTransient: true, failure);
        }

        return stored ?? throw Corrupt(key, "the record exists, yet it cannot be read");
    }

    private static DataCorruptionException Corrupt(string key, string fault, Exception? inner = null) =>
        new DataCorruptionException($"{key}: {fault}.", inner) { ObjectKey = key };
}
