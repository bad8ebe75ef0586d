using Tidepool.Engine;

namespace Tidepool;

/// <summary>A namespace of documents: what they are written to and searched in.</summary>
/// <remarks>
/// A cheap handle; any number may exist and be used by any number of threads. A namespace that does not exist reads as
/// empty; the first write creates it. Every method throws <see cref="Storage.StorageException"/> when the store fails,
/// <see cref="DataCorruptionException"/> when stored bytes are damaged and <see cref="ObjectDisposedException"/> when
/// the database is disposed.
/// </remarks>
public sealed class TidepoolNamespace
{
    private readonly NamespaceEngine _engine;
    private readonly NamespaceOptions? _options;

    internal TidepoolNamespace(NamespaceEngine engine, NamespaceOptions? options)
    {
        _engine = engine;
        _options = options;
    }

    /// <summary>The namespace's name.</summary>
    public string Name => _engine.Name;

    /// <summary>Whether the namespace exists.</summary>
    public Task<bool> ExistsAsync(CancellationToken cancellationToken = default) =>
        _engine.Upkeep.ExistsAsync(cancellationToken);

    /// <summary>Creates the namespace if it is missing. If it exists, its vector fields get the indexes that the
    /// options name, and the background builds them; see <see cref="VectorFieldOptions.IndexKind"/>.</summary>
    /// <exception cref="SchemaConflictException">It exists with other dimensions or metrics.</exception>
    public Task EnsureExistsAsync(CancellationToken cancellationToken = default) =>
        _engine.Upkeep.EnsureExistsAsync(_options, cancellationToken);

    /// <summary>Deletes the namespace with all its documents, if it exists. Ordered with writes: one that was
    /// acknowledged before is gone, one that comes after creates the namespace anew.</summary>
    public Task EnsureDeletedAsync(CancellationToken cancellationToken = default) =>
        _engine.Upkeep.DropAsync(cancellationToken);

    /// <summary>Writes a document, replacing the one with the same id.</summary>
    /// <param name="document">The document; leave it unchanged until the call returns.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting. Once the write has begun to be stored,
    /// <see cref="CommitOutcomeUnknownException"/> says so.</param>
    /// <exception cref="ArgumentException">The document breaks a limit, or a vector is not finite.</exception>
    /// <exception cref="SchemaConflictException">A field disagrees with the namespace's schema.</exception>
    /// <exception cref="BackpressureException">Too much is unindexed and background work is off.</exception>
    /// <exception cref="CommitOutcomeUnknownException">The write may or may not be stored; see
    /// <see cref="ResolveAsync"/>.</exception>
    public Task<WriteResult> UpsertAsync(
        Document document, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        return WriteAsync(new WriteBatch().Upsert(document), options, cancellationToken);
    }

    /// <summary>Writes documents, all or none, each replacing the one with the same id; the last of an id
    /// wins.</summary>
    /// <param name="documents">The documents; leave them unchanged until the call returns.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting; see the other overload.</param>
    /// <inheritdoc cref="UpsertAsync(Document, WriteOptions?, CancellationToken)" path="/exception"/>
    public Task<WriteResult> UpsertAsync(
        IEnumerable<Document> documents, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var batch = new WriteBatch();
        foreach (Document document in documents)
        {
            batch.Upsert(document);
        }

        return WriteAsync(batch, options, cancellationToken);
    }

    /// <summary>Loads a stream of documents in bounded memory. Batches are atomic, the whole is not.</summary>
    /// <param name="documents">The documents, read as fast as they can be stored.</param>
    /// <param name="options">Batch size and concurrency; null for the defaults.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Stops the load; batches stored until then stay.</param>
    /// <returns>The last sequence and the totals.</returns>
    /// <inheritdoc cref="UpsertAsync(Document, WriteOptions?, CancellationToken)" path="/exception"/>
    public Task<WriteResult> ImportAsync(
        IAsyncEnumerable<Document> documents,
        ImportOptions? options = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return _engine.Writes.ImportAsync(
            documents, options ?? new ImportOptions(), _options, progress, cancellationToken);
    }

    /// <summary>Applies upserts, patches, deletes and their conditions, all or none.</summary>
    /// <param name="batch">What to apply.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting; see <see cref="UpsertAsync(Document, WriteOptions?,
    /// CancellationToken)"/>.</param>
    /// <exception cref="PreconditionFailedException">A condition did not hold; nothing was written.</exception>
    /// <inheritdoc cref="UpsertAsync(Document, WriteOptions?, CancellationToken)" path="/exception"/>
    public Task<WriteResult> WriteAsync(
        WriteBatch batch, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _engine.Writes.WriteAsync(batch, options, _options, cancellationToken);
    }

    /// <summary>Deletes a document if it exists.</summary>
    public Task<WriteResult> DeleteAsync(DocumentId id, CancellationToken cancellationToken = default) =>
        WriteAsync(new WriteBatch().Delete(id), options: null, cancellationToken);

    /// <summary>Deletes those of the documents that exist, in one atomic write.</summary>
    public Task<WriteResult> DeleteAsync(IEnumerable<DocumentId> ids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var batch = new WriteBatch();
        foreach (DocumentId id in ids)
        {
            batch.Delete(id);
        }

        return WriteAsync(batch, options: null, cancellationToken);
    }

    /// <summary>Deletes every document that matches, in one atomic write.</summary>
    public Task<WriteResult> DeleteAsync(Filter filter, CancellationToken cancellationToken = default) =>
        WriteAsync(new WriteBatch().DeleteWhere(filter), options: null, cancellationToken);

    /// <summary>The document with an id, or null.</summary>
    public Task<Document?> GetAsync(
        DocumentId id, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        _engine.Reads.GetAsync(id, options ?? new ReadOptions(), cancellationToken);

    /// <summary>The documents found, in the order of the ids; missing ones are skipped. All are of one state.</summary>
    public IAsyncEnumerable<Document> GetAsync(
        IEnumerable<DocumentId> ids, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return _engine.Reads.GetAsync(ids, options ?? new ReadOptions(), cancellationToken);
    }

    /// <summary>Streams every match from one state, in id order: integers, then strings, then Guids.</summary>
    public IAsyncEnumerable<Document> ScanAsync(
        Filter? filter = null, ScanOptions? options = null, CancellationToken cancellationToken = default) =>
        _engine.Reads.ScanAsync(filter, options ?? new ScanOptions(), cancellationToken);

    /// <summary>How many documents match.</summary>
    public Task<long> CountAsync(Filter? filter = null, CancellationToken cancellationToken = default) =>
        _engine.Reads.CountAsync(filter, cancellationToken);

    /// <summary>The documents nearest to a vector, best first; equal scores in id order.</summary>
    /// <remarks>Scores are exact. Where vectors have an index, a few of the true hits may be missing, as
    /// <see cref="SearchOptions.Effort"/> says; what was written a moment ago is always considered.</remarks>
    /// <param name="vector">The query; as many numbers as the field has dimensions.</param>
    /// <param name="top">The most hits wanted, 1 to 10,000.</param>
    /// <param name="options">Filter, field, threshold, effort and freshness; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="ArgumentException">The vector or an option does not fit the namespace.</exception>
    public Task<SearchResults<Document>> SearchAsync(
        VectorValue vector, int top, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        _engine.Reads.SearchAsync(vector, top, options, cancellationToken);

    /// <summary>Pins the documents as they are now, for reads that all see the same; dispose it.</summary>
    public Task<NamespaceSnapshot> CreateSnapshotAsync(CancellationToken cancellationToken = default) =>
        CreateSnapshotAsync(ReadConsistency.Strong, cancellationToken);

    /// <summary>Pins the documents as they are now, or were, for reads that all see the same; dispose it.</summary>
    /// <exception cref="SnapshotExpiredException">A past state is no longer kept.</exception>
    public async Task<NamespaceSnapshot> CreateSnapshotAsync(
        ReadConsistency consistency, CancellationToken cancellationToken = default) =>
        new(await _engine.HoldAsync(consistency, cancellationToken).ConfigureAwait(false));

    /// <summary>Keeps the documents as they are now, under a name, until the tag or the namespace is deleted: read them
    /// with <see cref="ReadConsistency.AsOfTag"/>. Copies no documents, but keeps the space of those that are replaced
    /// or deleted later.</summary>
    /// <param name="tag">The name: 1 to 200 of A-Z a-z 0-9 . _ -, the first not a dot.</param>
    /// <param name="cancellationToken">Stops waiting; the tag may or may not have been made then.</param>
    /// <exception cref="InvalidOperationException">There is a tag of that name, or no such namespace, or the database
    /// is read-only.</exception>
    public Task<NamespaceTag> CreateTagAsync(string tag, CancellationToken cancellationToken = default) =>
        _engine.Tags.CreateAsync(tag, cancellationToken);

    /// <summary>Deletes a tag, if it exists. What it alone kept is deleted like everything that is no longer
    /// needed.</summary>
    /// <returns>Whether there was such a tag.</returns>
    /// <exception cref="InvalidOperationException">The database is read-only.</exception>
    public Task<bool> DeleteTagAsync(string tag, CancellationToken cancellationToken = default) =>
        _engine.Tags.DeleteAsync(tag, cancellationToken);

    /// <summary>The tags, in ordinal order of their names.</summary>
    public IAsyncEnumerable<NamespaceTag> ListTagsAsync(CancellationToken cancellationToken = default) =>
        _engine.Tags.ListAsync(cancellationToken);

    /// <summary>What became of a write whose outcome was unknown.</summary>
    /// <param name="batchId">The id from <see cref="CommitOutcomeUnknownException.BatchId"/>, or the write's
    /// <see cref="WriteOptions.IdempotencyKey"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The write's result (without counts, when only its position is still known); null: it is not stored and
    /// never will be.</returns>
    /// <exception cref="CommitOutcomeUnknownException">It still cannot be told; ask again later.</exception>
    public Task<WriteResult?> ResolveAsync(Guid batchId, CancellationToken cancellationToken = default) =>
        _engine.Upkeep.ResolveAsync(batchId, cancellationToken);

    /// <summary>Reads every byte, checks every checksum and reference, and names what is damaged.</summary>
    public Task<VerificationReport> VerifyAsync(
        IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _engine.Upkeep.VerifyAsync(progress, cancellationToken);

    /// <summary>Fetches and maps every segment before the first query.</summary>
    public Task WarmUpAsync(
        IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _engine.Upkeep.WarmUpAsync(progress, cancellationToken);

    /// <summary>Flushes the log, merges segments, builds indexes and reclaims deleted space now; otherwise the
    /// background does.</summary>
    public Task CompactAsync(
        IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _engine.Upkeep.CompactAsync(progress, cancellationToken);

    /// <summary>Waits until segments hold every write acknowledged so far, and have their indexes. Does that work
    /// itself, if the background is off. Searches need not wait for it.</summary>
    public Task WaitForIndexingAsync(CancellationToken cancellationToken = default) =>
        _engine.Upkeep.IndexAsync(cancellationToken);

    /// <summary>What the namespace holds.</summary>
    public Task<NamespaceStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        _engine.Upkeep.GetStatisticsAsync(cancellationToken);
}
