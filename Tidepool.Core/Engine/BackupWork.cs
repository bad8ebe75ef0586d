using System.Collections.Immutable;
using Tidepool.Backups;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Storage;

namespace Tidepool.Engine;

/// <summary>A backup under way.</summary>
internal sealed class BackupWork
{
    private readonly DatabaseEngine _database;
    private readonly IObjectStore _destination;
    private readonly BackupKeys _keys;
    private readonly IProgress<OperationProgress>? _progress;
    private long _objects;
    private long _bytes;

    /// <param name="database">What is backed up.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="progress">Told after each object.</param>
    internal BackupWork(
        DatabaseEngine database, IObjectStore destination, IProgress<OperationProgress>? progress)
    {
        _database = database;
        _destination = DatabaseEngine.MakeReliable(destination, database.Options);
        _keys = new BackupKeys(database.Options.Ids);
        _progress = progress;
    }

    internal async Task<BackupInfo> RunAsync(BackupOptions options, CancellationToken cancellationToken)
    {
        string[] wanted = [.. options.Namespaces.Distinct().Order(StringComparer.Ordinal)];
        bool isIncremental = options.Incremental;
        IEnumerable<string> names = wanted.Length > 0
            ? wanted
            : await _database.ListNamespacesAsync(prefix: null, cancellationToken).ToListAsync(cancellationToken)
                .ConfigureAwait(false);
        ImmutableArray<BackupNamespace>.Builder copies = ImmutableArray.CreateBuilder<BackupNamespace>();
        foreach (string name in names)
        {
            Manifest? state = await _database.GetNamespace(name).Upkeep
                .RunAsync((open, token) => CopyAsync(open, isIncremental, token), missing: null, cancellationToken)
                .ConfigureAwait(false);
            if (state is not null)
            {
                copies.Add(new BackupNamespace(name, state));
            }
            else if (wanted.Length > 0)
            {
                throw new ArgumentException($"There is no namespace '{name}' to back up.", nameof(options));
            }
        }

        BackupRecord record = await new BackupCatalog(_destination, _keys)
            .CommitAsync(
                _bytes, copies.ToImmutable(), _database.Options.TimeProvider.GetUtcNow(), cancellationToken)
            .ConfigureAwait(false);
        return record.Describe();
    }

    private async Task<Manifest?> CopyAsync(
        OpenNamespace open, bool isIncremental, CancellationToken cancellationToken)
    {
        await open.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            using CopySource state = await CopySource.PinAsync(open, cancellationToken).ConfigureAwait(false);
            try
            {
                var backup = new NamespaceBackup(
                    open.Store,
                    open.Keys,
                    _destination,
                    _keys.Data(open.Keys.NamespaceId),
                    isIncremental,
                    OnStored);
                return await backup
                    .RunAsync(
                        state.Snapshot, state.Batches, open.Log.StoreTime, _database.Policy, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (MissingObjectException)
            {
                // A newer manifest may do without it; if there is none, it is lost.
                await open.RefreshAsync(cancellationToken).ConfigureAwait(false);
                if (open.State.Current.Segments == state.Snapshot.Segments)
                {
                    throw;
                }
            }
        }
    }

    private void OnStored(long bytes)
    {
        _bytes += bytes;
        _progress?.Report(new OperationProgress("backup", ++_objects, Total: null, _bytes));
    }
}
