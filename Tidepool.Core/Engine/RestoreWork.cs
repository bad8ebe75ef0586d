using System.Runtime.CompilerServices;
using Tidepool.Backups;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Storage;

namespace Tidepool.Engine;

/// <summary>What can be done with backups where no database is open.</summary>
internal static class RestoreWork
{
    internal static async IAsyncEnumerable<BackupInfo> ListAsync(
        IObjectStore backup, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var settings = new TidepoolOptions();
        var catalog = new BackupCatalog(
            DatabaseEngine.MakeReliable(backup, settings), new BackupKeys(settings.Ids));
        await foreach (BackupRecord record in catalog.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return record.Describe();
        }
    }

    internal static async Task<BackupInfo> RunAsync(
        IObjectStore backup,
        IObjectStore destination,
        RestoreOptions options,
        TidepoolOptions settings,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellationToken)
    {
        string[] wanted = [.. options.Namespaces.Distinct()];
        IObjectStore source = DatabaseEngine.MakeReliable(backup, settings);
        var keys = new BackupKeys(settings.Ids);
        BackupRecord record = await FindAsync(new BackupCatalog(source, keys), options.BackupId, cancellationToken)
            .ConfigureAwait(false);
        if (wanted.Except(record.Namespaces.Select(one => one.Name)).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException(
                $"Backup {record.Name.Id} holds no namespace '{unknown}'.", nameof(options));
        }

        (long objects, long bytes) = (0, 0);
        SegmentDiskCache? cache = DatabaseEngine.MakeCache(source, settings);
        try
        {
            var job = new RestoreJob(
                source,
                keys,
                new SegmentOpener(source, cache),
                DatabaseEngine.MakeReliable(destination, settings),
                new DatabaseKeys(root: "", settings.Ids),
                size =>
                {
                    bytes += size;
                    progress?.Report(new OperationProgress("restore", ++objects, Total: null, bytes));
                });
            IEnumerable<BackupNamespace> chosen = wanted.Length == 0
                ? record.Namespaces : record.Namespaces.Where(one => wanted.Contains(one.Name));
            await job.RunAsync(record.Name, chosen, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (cache is not null)
            {
                await cache.DisposeAsync().ConfigureAwait(false);
            }
        }

        return record.Describe();
    }

    private static async ValueTask<BackupRecord> FindAsync(
        BackupCatalog catalog, string? id, CancellationToken cancellationToken)
    {
        Guid wanted = default;
        bool isId = id is null || Guid.TryParse(id, out wanted);
        BackupRecord? record = isId
            ? await catalog.FindAsync(id is null ? null : wanted, cancellationToken).ConfigureAwait(false)
            : null;
        return record ?? throw new ArgumentException(
            id is null ? "There is no backup in this store." : $"There is no backup '{id}' in this store.",
            nameof(id));
    }
}
