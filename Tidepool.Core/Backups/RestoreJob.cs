using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Segments;
using Tidepool.Storage;

namespace Tidepool.Backups;

/// <summary>Makes namespaces of a backup namespaces of a database, as new incarnations.</summary>
/// <remarks>
/// <para>First come the objects, then the manifests, and last the records that show the namespaces: until then nobody
/// sees anything. Whoever tries again finds what was stored, since the id of an incarnation is made from what is
/// restored and where to, and goes on from there.</para>
/// <para>Every byte is checked on its way.</para>
/// </remarks>
/// <param name="backup">Where the backup is.</param>
/// <param name="backupKeys">Its keys.</param>
/// <param name="opener">Opens segments of the backup.</param>
/// <param name="destination">The store of the database.</param>
/// <param name="keys">Its keys.</param>
/// <param name="onStored">Told the size of each object that was stored, and 0 for one that was there.</param>
internal sealed class RestoreJob(
    IObjectStore backup,
    BackupKeys backupKeys,
    SegmentOpener opener,
    IObjectStore destination,
    DatabaseKeys keys,
    Action<long> onStored)
{
    private readonly NamespaceRegistry _registry = new(destination, keys);

    /// <summary>Restores some namespaces of a backup.</summary>
    /// <exception cref="InvalidOperationException">One of them exists in the database.</exception>
    /// <exception cref="DataCorruptionException">An object of the backup is damaged or missing.</exception>
    internal async Task RunAsync(
        BackupName name, IEnumerable<BackupNamespace> namespaces, CancellationToken cancellationToken)
    {
        Guid database = await DatabaseRoot.OpenAsync(destination, keys, cancellationToken).ConfigureAwait(false);
        var plans = new List<RestorePlan>();
        foreach (BackupNamespace one in namespaces)
        {
            if (await PlanAsync(name.Id, database, one, cancellationToken).ConfigureAwait(false) is { } plan)
            {
                plans.Add(plan);
            }
        }

        foreach (RestorePlan plan in plans)
        {
            await CopyObjectsAsync(plan, cancellationToken).ConfigureAwait(false);
        }

        foreach (RestorePlan plan in plans)
        {
            await ManifestStore.BeginAsync(destination, plan.Keys, plan.State, cancellationToken)
                .ConfigureAwait(false);
        }

        foreach (RestorePlan plan in plans)
        {
            await ShowAsync(plan, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What to do with a namespace; null when this backup's was restored before.</summary>
    private async ValueTask<RestorePlan?> PlanAsync(
        Guid backupId, Guid database, BackupNamespace source, CancellationToken cancellationToken)
    {
        IncarnationRecord? newest = await _registry.FindAsync(source.Name, cancellationToken).ConfigureAwait(false);
        bool exists = newest is { IsDropped: false };
        long number = exists ? newest!.Number : (newest?.Number ?? 0) + 1;
        Guid id = MakeId(backupId, database, source.Name, number);
        if (exists)
        {
            return newest!.NamespaceId == id ? null : throw Refuse(source.Name);
        }

        var target = new IncarnationRecord(source.Name, number, id, source.State.Schema);
        return new RestorePlan(source.State, target, keys.Data(id));
    }

    private async ValueTask CopyObjectsAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        NamespaceKeys from = backupKeys.Data(plan.Source.NamespaceId);
        foreach (SegmentEntry segment in plan.Source.Segments)
        {
            await CopyAsync(segment, from, plan.Keys, cancellationToken).ConfigureAwait(false);
        }

        foreach (LedgerEntry ledger in plan.Source.Batches.Ledgers)
        {
            await CopyAsync(ledger, from, plan.Keys, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CopyAsync(
        SegmentEntry segment, NamespaceKeys from, NamespaceKeys to, CancellationToken cancellationToken)
    {
        string key = from.Segment(segment.Id);
        SegmentHandle handle = await opener
            .OpenAsync(
                new SegmentIdentity(from.NamespaceId, segment.Id, key), segment.SizeBytes, opening: null,
                cancellationToken)
            .ConfigureAwait(false) ?? throw Missing(key);
        try
        {
            SegmentHeader header = handle.Reader.Header;
            if (new RowSum(header.DocumentCount, header.RowSum) != segment.Rows)
            {
                throw new SegmentFormatException("the documents are others than the backup's record says", 0);
            }

            var copy = new SegmentCopy(handle.Reader, to.NamespaceId);
            bool isStored = await copy.IsStoredAsync(destination, to.Segment(segment.Id), cancellationToken)
                .ConfigureAwait(false);
            if (!isStored)
            {
                await copy.UploadAsync(destination, to.Segment(segment.Id), cancellationToken).ConfigureAwait(false);
            }

            onStored(isStored ? 0 : copy.SizeBytes);
            if (segment.Deletions is { } deletions)
            {
                await CopyAsync(segment.Id, deletions, handle.Reader, from, to, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (SegmentFormatException inner)
        {
            throw SegmentFaults.Translate(inner, key);
        }
        finally
        {
            handle.Unpin();
        }
    }

    private async ValueTask CopyAsync(
        Guid segmentId,
        DeletionEntry deletions,
        SegmentReader segment,
        NamespaceKeys from,
        NamespaceKeys to,
        CancellationToken cancellationToken)
    {
        string key = from.Deletions(segmentId, deletions.Id);
        PagedBitmap dead = await DeletionBitmaps
            .LoadAsync(
                backup, new SegmentIdentity(from.NamespaceId, segmentId, key), segment.RowCount, cancellationToken)
            .ConfigureAwait(false) ?? throw Missing(key);
        if (DeletionBitmaps.Sum(segment, dead) != deletions.Rows)
        {
            throw new SegmentFormatException("the dead rows are others than the backup's record says", 0)
            {
                ObjectKey = key,
            };
        }

        long size = await DeletionBitmaps
            .SaveAsync(
                destination,
                new SegmentIdentity(to.NamespaceId, segmentId, to.Deletions(segmentId, deletions.Id)),
                dead,
                cancellationToken)
            .ConfigureAwait(false);
        onStored(size);
    }

    private async ValueTask CopyAsync(
        LedgerEntry ledger, NamespaceKeys from, NamespaceKeys to, CancellationToken cancellationToken)
    {
        string key = from.Ledger(ledger.Id);
        using GetResult stored = await backup.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        try
        {
            byte[] bytes = stored.Found ? stored.Data.ToArray() : throw Missing(key);
            LedgerCodec.Decode(bytes, from.NamespaceId, ledger);
            var moved = new ReadOnlySequence<byte>(LedgerCodec.WithNamespace(bytes, to.NamespaceId));
            await destination.PutAsync(to.Ledger(ledger.Id), moved, PutCondition.Always, cancellationToken)
                .ConfigureAwait(false);
            onStored(bytes.Length);
        }
        catch (SegmentFormatException inner)
        {
            throw SegmentFaults.Translate(inner, key);
        }
    }

    /// <summary>Creates the record of a restored namespace: from then on it exists.</summary>
    private async ValueTask ShowAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        IncarnationRecord stored = await _registry.AddAsync(plan.Target, cancellationToken).ConfigureAwait(false);
        if (stored.NamespaceId != plan.Target.NamespaceId)
        {
            throw Refuse(plan.Target.Name);
        }

        await HintStore
            .LeaveAsync(
                destination, keys.Hint(plan.Target.Name), plan.Target.Number, plan.State, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The incarnation that one and the same restoration always makes, and no other.</summary>
    private static Guid MakeId(Guid backupId, Guid database, string name, long number)
    {
        string all = FormattableString.Invariant($"restore {backupId} into {database} as {name} {number}");
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(all)).AsSpan(0, 16));
    }

    private static InvalidOperationException Refuse(string name) => new(
        $"Namespace '{name}' exists in the database that it is to be restored into. Drop it first, or restore into "
        + "another store.");

    private static DataCorruptionException Missing(string key) =>
        new($"{key} is missing, although a backup refers to it.") { ObjectKey = key };
}
