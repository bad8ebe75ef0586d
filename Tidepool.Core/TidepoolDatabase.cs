using Tidepool.Engine;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.InMemory;

namespace Tidepool;

/// <summary>An embedded vector database over an object store.</summary>
/// <remarks>
/// <para>All members may be called by any number of threads at once. Keep one database per store for the life of the
/// process; other processes may open the same store at the same time.</para>
/// <para>A write is durable in the store when its call returns. Searches are computed on the calling thread (large ones
/// on further cores too), so call from a thread that may compute.</para>
/// </remarks>
public sealed class TidepoolDatabase : IAsyncDisposable, IDisposable
{
    private readonly DatabaseEngine _engine;
    private readonly IDisposable? _ownedStore;

    /// <summary>Makes a database that opens on first use; does no I/O.</summary>
    /// <param name="store">Where everything is kept; not disposed with the database.</param>
    /// <param name="options">Settings, read now; null for the defaults.</param>
    public TidepoolDatabase(IObjectStore store, TidepoolOptions? options = null)
        : this(store, options, isPrivate: false, ownedStore: null)
    {
    }

    private TidepoolDatabase(IObjectStore store, TidepoolOptions? options, bool isPrivate, IDisposable? ownedStore)
    {
        ArgumentNullException.ThrowIfNull(store);
        _engine = new DatabaseEngine(store, (options ?? new TidepoolOptions()).Copy(), isPrivate);
        _ownedStore = ownedStore;
    }

    /// <summary>Makes a private in-memory database: <c>await using var db =
    /// TidepoolDatabase.CreateInMemory();</c></summary>
    /// <param name="options">Settings, read now; null for the defaults.</param>
    public static TidepoolDatabase CreateInMemory(TidepoolOptions? options = null) =>
        new(new InMemoryObjectStore(options?.TimeProvider), options, isPrivate: true, ownedStore: null);

    /// <summary>Opens, or creates, a database in a local directory. Several processes of one host may share
    /// it.</summary>
    /// <param name="directory">The directory; created if it is missing.</param>
    /// <param name="options">Settings, read now; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="StorageException">The directory cannot be read or written.</exception>
    /// <exception cref="DataCorruptionException">The directory holds something else, or a damaged database.</exception>
    public static async Task<TidepoolDatabase> OpenAsync(
        string directory, TidepoolOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var store = new FileObjectStore(directory);
        return await OpenAsync(new TidepoolDatabase(store, options, isPrivate: false, store), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Opens, or creates, a database in an object store. Any number of processes may share it.</summary>
    /// <param name="store">Where everything is kept; not disposed with the database.</param>
    /// <param name="options">Settings, read now; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="StorageException">The store fails, or ignores conditional puts, without which processes would
    /// overwrite each other's writes.</exception>
    /// <exception cref="DataCorruptionException">The store holds something else, or a damaged database.</exception>
    public static Task<TidepoolDatabase> OpenAsync(
        IObjectStore store, TidepoolOptions? options = null, CancellationToken cancellationToken = default) =>
        OpenAsync(new TidepoolDatabase(store, options), cancellationToken);

    /// <summary>A handle to a namespace; no I/O. The first write creates the namespace if it is missing.</summary>
    /// <param name="name">1 to 200 of the characters A-Z, a-z, 0-9, '.', '_' and '-', not starting with '.'.</param>
    /// <param name="options">What a missing namespace is created with, and what an existing one must agree
    /// with.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public TidepoolNamespace GetNamespace(string name, NamespaceOptions? options = null) =>
        new(_engine.GetNamespace(name), options);

    /// <summary>Streams the names of the namespaces that exist, in ordinal order.</summary>
    /// <param name="prefix">What names begin with; null for all.</param>
    /// <param name="cancellationToken">Stops the stream.</param>
    public IAsyncEnumerable<string> ListNamespacesAsync(
        string? prefix = null, CancellationToken cancellationToken = default) =>
        _engine.ListNamespacesAsync(prefix, cancellationToken);

    /// <summary>Copies a namespace under another name. What is written to either afterwards, the other does not see.
    /// </summary>
    /// <remarks>Takes a few requests, however many documents there are: the copy shares the segments of the namespace
    /// until it has merged them. Dropping the namespace leaves the copy untouched, and what it shares stays
    /// stored.</remarks>
    /// <param name="source">The namespace.</param>
    /// <param name="destination">The name of the copy, which no namespace has.</param>
    /// <param name="cancellationToken">Stops waiting; the copy may or may not be there then.</param>
    /// <exception cref="ArgumentException">The namespace does not exist, or a name is not allowed.</exception>
    /// <exception cref="InvalidOperationException">There is a namespace of the copy's name, or the database was opened
    /// for reading alone.</exception>
    /// <exception cref="StorageException">The store failed. If that is transient, the copy may or may not be
    /// there.</exception>
    public Task CopyNamespaceAsync(
        string source, string destination, CancellationToken cancellationToken = default) =>
        _engine.CopyNamespaceAsync(source, destination, cancellationToken);

    /// <summary>Brings back a namespace that was dropped, with all its documents.</summary>
    /// <remarks>Possible for a little less than three quarters of the grace window after the drop, as long as no
    /// namespace of that name was created since; afterwards, from a backup. See
    /// <see cref="TidepoolOptions.GraceWindow"/>.</remarks>
    /// <param name="name">The namespace.</param>
    /// <param name="cancellationToken">Stops waiting; the namespace may or may not be back then.</param>
    /// <exception cref="ArgumentException">There never was such a namespace, or the name is not allowed.</exception>
    /// <exception cref="InvalidOperationException">The namespace exists, was dropped too long ago, or the database was
    /// opened for reading alone.</exception>
    /// <exception cref="StorageException">The store failed. If that is transient, the namespace may or may not be
    /// back.</exception>
    public Task UndeleteNamespaceAsync(string name, CancellationToken cancellationToken = default) =>
        _engine.UndeleteNamespaceAsync(name, cancellationToken);

    /// <summary>Copies namespaces to another store while reads and writes go on: of each a consistent state, that of
    /// one position of its log, which holds every write that was acknowledged before the call.</summary>
    /// <remarks>Nothing is written to the database, so that one that is opened for reading alone can be backed up, too.
    /// Any number of backups may share a destination, also those of several databases; each is complete in itself, but
    /// the objects that they have in common are stored once. Until the call returns there is no backup.</remarks>
    /// <param name="destination">Where to; not disposed.</param>
    /// <param name="options">What to copy; null for the defaults.</param>
    /// <param name="progress">Told after each object.</param>
    /// <param name="cancellationToken">Abandons the backup. The next one finds what was stored of it.</param>
    /// <exception cref="ArgumentException">The options name a namespace that does not exist.</exception>
    /// <exception cref="DataCorruptionException">An object of the database is damaged; there is no backup.</exception>
    /// <exception cref="StorageException">A store failed; if that is transient and happened at the very end, the backup
    /// may be complete: <see cref="ListBackupsAsync"/> tells.</exception>
    public Task<BackupInfo> BackupAsync(
        IObjectStore destination,
        BackupOptions? options = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return new BackupWork(_engine, destination, progress).RunAsync(
            options ?? new BackupOptions(), cancellationToken);
    }

    /// <summary>The complete backups in a store, newest first.</summary>
    /// <param name="backup">The store; not disposed.</param>
    /// <param name="cancellationToken">Stops the stream.</param>
    /// <exception cref="DataCorruptionException">The record of a backup is damaged.</exception>
    public static IAsyncEnumerable<BackupInfo> ListBackupsAsync(
        IObjectStore backup, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(backup);
        return RestoreWork.ListAsync(backup, cancellationToken);
    }

    /// <summary>Restores a backup into a store that holds no database, or one without those namespaces. Checks every
    /// byte.</summary>
    /// <remarks>No namespace is seen before all of them are stored whole. After a failure, call again: what was stored
    /// is found, and so are namespaces that were restored already.</remarks>
    /// <param name="backup">Where backups are; not disposed.</param>
    /// <param name="destination">Where to; not disposed.</param>
    /// <param name="options">Which backup, and what of it; null for all of the newest.</param>
    /// <param name="progress">Told after each object.</param>
    /// <param name="cancellationToken">Stops it; see the remarks.</param>
    /// <returns>The backup that was restored.</returns>
    /// <exception cref="ArgumentException">There is no such backup, or no such namespace in it.</exception>
    /// <exception cref="InvalidOperationException">One of the namespaces exists in the destination.</exception>
    /// <exception cref="DataCorruptionException">An object of the backup is damaged or missing.</exception>
    public static Task<BackupInfo> RestoreAsync(
        IObjectStore backup,
        IObjectStore destination,
        RestoreOptions? options = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentNullException.ThrowIfNull(destination);
        return RestoreWork.RunAsync(
            backup,
            destination,
            options ?? new RestoreOptions(),
            new TidepoolOptions(),
            progress,
            cancellationToken);
    }

    /// <summary>Asks whether the store answers and background work keeps up with writes.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<DatabaseHealth> CheckHealthAsync(CancellationToken cancellationToken = default) =>
        _engine.CheckHealthAsync(cancellationToken);

    /// <summary>Waits for writes and jobs under way, stops background work and releases every file. Blocks.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Waits for writes and jobs under way, stops background work and releases every file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync().ConfigureAwait(false);
        _ownedStore?.Dispose();
    }

    private static async Task<TidepoolDatabase> OpenAsync(
        TidepoolDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await database._engine.OpenAsync(cancellationToken).ConfigureAwait(false);
            return database;
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
