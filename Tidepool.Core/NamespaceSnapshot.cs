using Tidepool.Engine;

namespace Tidepool;

/// <summary>A namespace as it was at one moment: every read of it sees the same documents, whatever is written, merged
/// or dropped meanwhile.</summary>
/// <remarks>
/// Thread-safe. Made by <see cref="TidepoolNamespace.CreateSnapshotAsync(ReadConsistency, CancellationToken)"/>. It
/// needs nothing that other processes could delete, so it does not expire; but it keeps the memory of the documents
/// that were not flushed when it was made, and the space of segments that were merged since, until it is disposed, or
/// its database is. Every method throws <see cref="DataCorruptionException"/> when stored bytes are damaged,
/// <see cref="ObjectDisposedException"/> after that, and <see cref="ArgumentException"/> for options that ask for
/// another <see cref="ReadOptions.Consistency"/> than the default, which does not apply.
/// </remarks>
public sealed class NamespaceSnapshot : IAsyncDisposable
{
    private readonly HeldSnapshot _held;

    internal NamespaceSnapshot(HeldSnapshot held) => _held = held;

    /// <summary>The last write that it sees; 0 when the namespace did not exist.</summary>
    public long Sequence => _held.Sequence;

    /// <inheritdoc cref="TidepoolNamespace.GetAsync(DocumentId, ReadOptions?, CancellationToken)"/>
    public Task<Document?> GetAsync(
        DocumentId id, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        _held.Reads.GetAsync(id, Check(options), cancellationToken);

    /// <inheritdoc cref="TidepoolNamespace.GetAsync(IEnumerable{DocumentId}, ReadOptions?, CancellationToken)"/>
    public IAsyncEnumerable<Document> GetAsync(
        IEnumerable<DocumentId> ids, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return _held.Reads.GetAsync(ids, Check(options), cancellationToken);
    }

    /// <inheritdoc cref="TidepoolNamespace.ScanAsync"/>
    public IAsyncEnumerable<Document> ScanAsync(
        Filter? filter = null, ScanOptions? options = null, CancellationToken cancellationToken = default) =>
        _held.Reads.ScanAsync(filter, Check(options), cancellationToken);

    /// <inheritdoc cref="TidepoolNamespace.CountAsync"/>
    public Task<long> CountAsync(Filter? filter = null, CancellationToken cancellationToken = default) =>
        _held.Reads.CountAsync(filter, cancellationToken);

    /// <inheritdoc cref="TidepoolNamespace.SearchAsync"/>
    public Task<SearchResults<Document>> SearchAsync(
        VectorValue vector, int top, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        _held.Reads.SearchAsync(vector, top, Check(options), cancellationToken);

    /// <summary>Lets go of the state. Reads under way end as if nothing had happened.</summary>
    public ValueTask DisposeAsync()
    {
        _held.Dispose();
        return ValueTask.CompletedTask;
    }

    private TOptions Check<TOptions>(TOptions? options)
        where TOptions : ReadOptions, new()
    {
        options ??= new TOptions();
        return options.Consistency == ReadConsistency.Strong
            ? options
            : throw new ArgumentException(
                $"Consistency is {options.Consistency}; a snapshot is of sequence {Sequence} and takes the default "
                + "only.",
                nameof(options));
    }
}
