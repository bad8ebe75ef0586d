using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Tidepool.Index.Binary;
using Tidepool.Storage;

namespace Tidepool.Backups;

/// <summary>The backups of a store.</summary>
internal sealed class BackupCatalog(IObjectStore store, BackupKeys keys)
{
    /// <summary>All backups, newest first.</summary>
    /// <exception cref="DataCorruptionException">A record is damaged.</exception>
    internal async IAsyncEnumerable<BackupRecord> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (BackupName name in ListNamesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await ReadAsync(name, cancellationToken).ConfigureAwait(false) is { } record)
            {
                yield return record; // Otherwise somebody deleted it meanwhile.
            }
        }
    }

    /// <summary>A backup; null when there is none of that id.</summary>
    /// <param name="id">Its id; null for the newest.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DataCorruptionException">Its record is damaged.</exception>
    internal async ValueTask<BackupRecord?> FindAsync(Guid? id, CancellationToken cancellationToken)
    {
        await foreach (BackupName name in ListNamesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (id is null || name.Id == id)
            {
                return await ReadAsync(name, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>Commits a backup, all objects of which are stored: from now on it is the newest.</summary>
    /// <param name="bytes">How many bytes were stored for it.</param>
    /// <param name="namespaces">What it holds, in the ordinal order of names.</param>
    /// <param name="now">The time, for a store that does not tell its own.</param>
    /// <param name="cancellationToken">Stops waiting; the backup may or may not be complete then.</param>
    internal async ValueTask<BackupRecord> CommitAsync(
        long bytes, ImmutableArray<BackupNamespace> namespaces, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ObjectListing newest = await store
            .ListAsync(keys.Records, startAfter: null, maxKeys: 1, cancellationToken)
            .ConfigureAwait(false);
        long ticks = (newest.StoreTime ?? now).UtcTicks;
        if (newest.Objects.Count > 0 && keys.TryParseRecord(newest.Objects[0].Key, out BackupName last))
        {
            ticks = Math.Max(ticks, last.Ticks + 1);
        }

        var record = new BackupRecord(new BackupName(ticks, keys.NewId()), bytes, namespaces);
        string key = keys.Record(record.Name);
        var content = new ReadOnlySequence<byte>(BackupCodec.Encode(record));
        try
        {
            // Nobody else has this name: if it is taken, then by an attempt whose answer was lost.
            await store.PutAsync(key, content, PutCondition.IfAbsent, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException failure) when (failure.IsTransient)
        {
            if (await ReadAsync(record.Name, cancellationToken).ConfigureAwait(false) is null)
            {
                throw;
            }
        }

        return record;
    }

    private async IAsyncEnumerable<BackupName> ListNamesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        while (true)
        {
            ObjectListing page = await store.ListAsync(keys.Records, last, maxKeys: 1000, cancellationToken)
                .ConfigureAwait(false);
            foreach (ObjectInfo info in page.Objects)
            {
                last = info.Key;
                if (keys.TryParseRecord(info.Key, out BackupName name))
                {
                    yield return name;
                }
            }

            if (!page.IsTruncated || page.Objects.Count == 0)
            {
                yield break;
            }
        }
    }

    private async ValueTask<BackupRecord?> ReadAsync(BackupName name, CancellationToken cancellationToken)
    {
        string key = keys.Record(name);
        using GetResult stored = await store.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        if (!stored.Found)
        {
            return null;
        }

        try
        {
            return BackupCodec.Decode(stored.Data.Span, name);
        }
        catch (SegmentFormatException inner)
        {
            throw new DataCorruptionException($"{key}, byte {inner.Offset}: {inner.Message}.", inner)
            {
                ObjectKey = key,
            };
        }
    }
}
