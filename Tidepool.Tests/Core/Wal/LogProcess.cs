using NUnit.Framework;
using Tidepool.Cleanup;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Recovery;
using Tidepool.Storage;
using Tidepool.Tests.Support;
using Tidepool.Wal;

namespace Tidepool.Tests.Core.Wal;

/// <summary>One process that has a namespace open: its state is the list of all batches in the log so far.</summary>
internal sealed class LogProcess : ILogListener, IAsyncDisposable
{
    internal const string Name = "n";
    internal static readonly DatabaseKeys Database = new("db");

    private readonly GracePolicy _policy;
    private readonly BatchLedgers _ledgers;
    private List<Guid> _view = [];
    private bool _isApplying;

    private LogProcess(FaultyObjectStore store, GracePolicy policy, NamespaceOpening opening)
    {
        Store = store;
        _policy = policy;
        Record = opening.Record;
        Keys = opening.Keys;
        Manifests = opening.Manifests;
        Pins = new PinStore(store, Keys, policy);
        _ledgers = new BatchLedgers(store, Keys);
        _view = [.. Manifests.Current.Batches.Recent.Select(batch => batch.Id)];
        Log = opening.CreateLog(this, Guid.NewGuid());
        Resolver = new BatchResolver(Log, Manifests, _ledgers);
    }

    internal FaultyObjectStore Store { get; }

    internal IncarnationRecord Record { get; }

    internal NamespaceKeys Keys { get; }

    internal ManifestStore Manifests { get; }

    internal PinStore Pins { get; }

    internal NamespaceLog Log { get; }

    internal BatchResolver Resolver { get; }

    internal int Resets { get; private set; }

    /// <summary>Every batch in the log, in order, as far as this process knows.</summary>
    internal IReadOnlyList<Guid> View => _view;

    internal static async Task<LogProcess> OpenAsync(IObjectStore store, GracePolicy policy)
    {
        var faulty = new FaultyObjectStore(store);
        var registry = new NamespaceRegistry(faulty, Database);
        var opener = new NamespaceOpener(faulty, Database, policy, registry);
        using NamespaceOpening opening =
            await opener.OpenOrCreateAsync(Name, NamespaceSchema.Empty, onStart: null, default);
        var process = new LogProcess(faulty, policy, opening);
        await process.Log.CatchUpAsync(default);
        faulty.ClearRequests();
        return process;
    }

    public ValueTask<bool> PrepareAsync(CancellationToken cancellationToken) => new(true);

    /// <summary>One attempt to append a batch on the head as it is known.</summary>
    internal async Task<AppendStatus> TryAppendAsync(Guid batch, CancellationToken cancellationToken = default)
    {
        AppendResult result = await Log.AppendAsync(
            WalEntryKind.Data, [new WalBatch(batch, 0, batch.ToByteArray())], Log.Head, cancellationToken);
        return result.Status;
    }

    /// <summary>Appends a batch, trying again while others are quicker.</summary>
    internal async Task<Guid> AppendAsync()
    {
        var batch = Guid.NewGuid();
        AppendStatus status;
        do
        {
            status = await TryAppendAsync(batch);
        }
        while (status is AppendStatus.Superseded or AppendStatus.Overtaken);

        Assert.That(status, Is.EqualTo(AppendStatus.Committed));
        return batch;
    }

    /// <summary>Tries once, and returns the batch of an outcome that must be unknown.</summary>
    internal Guid AppendToUnknown()
    {
        var batch = Guid.NewGuid();
        Assert.That(
            async () => await TryAppendAsync(batch),
            Throws.TypeOf<CommitOutcomeUnknownException>().With.Property("BatchId").EqualTo(batch));
        return batch;
    }

    internal async Task DropAsync()
    {
        AppendResult result = await Log.AppendAsync(
            WalEntryKind.Drop, [new WalBatch(Guid.NewGuid(), 0, default)], Log.Head, default);
        Assert.That(result.Status, Is.EqualTo(AppendStatus.Committed));
        await new NamespaceRegistry(Store, Database).DropAsync(Record, default);
    }

    /// <summary>Commits a manifest whose floor is the head.</summary>
    internal async Task FlushAsync()
    {
        LogPosition head = Log.Head;
        Manifest? committed = await Manifests.CommitAsync(
            async (parent, token) =>
            {
                if (parent.Floor.Sequence >= head.Sequence)
                {
                    return null;
                }

                BatchHistory history = await _ledgers.RecordAsync(
                    parent.Batches,
                    Log.GetBatches(parent.Floor.Sequence, head.Sequence),
                    Log.StoreTime,
                    TimeSpan.FromDays(1000),
                    token);
                var edit = new ManifestEdit(parent);
                edit.AdvanceFloor(head, parent.Schema, history);
                return edit;
            },
            default);
        if (committed is not null)
        {
            Log.TrimTail(committed.Floor.Sequence);
        }
    }

    /// <summary>Pins what is in the log now; null when there is a pin of that name.</summary>
    internal async Task<Pin?> PinAsync(string name, Func<Task>? beforeStored = null) => await Pins.CreateAsync(
        name,
        async token =>
        {
            await Log.CatchUpAsync(token);
            DateTimeOffset? seenAt = Log.StoreTime;
            await Manifests.RefreshAsync(token);
            var state = new PinnedState(Manifests.Current, Log.Head, Manifests.Current.Rows, seenAt);
            await (beforeStored?.Invoke() ?? Task.CompletedTask);
            return state;
        },
        default);

    internal async Task<CollectionReport> CollectAsync() =>
        await new NamespaceCollector(
            Store,
            Keys,
            Manifests,
            Pins,
            new BranchPins(Store, Database, new NamespaceRegistry(Store, Database), _policy),
            _policy).RunAsync(default);

    public void Apply(WalEntry entry)
    {
        Assert.That(_isApplying, Is.False, "calls never overlap");
        _isApplying = true;
        foreach (WalBatch batch in entry.Batches)
        {
            Assert.That(
                entry.Kind == WalEntryKind.Drop || new Guid(batch.Payload.Span) == batch.Id, "the payload is intact");
            _view.Add(batch.Id);
        }

        _isApplying = false;
    }

    public ValueTask<LogPosition> ResetAsync(CancellationToken cancellationToken)
    {
        Assert.That(_isApplying, Is.False, "calls never overlap");
        Resets++;
        _view = [.. Manifests.Current.Batches.Recent.Select(batch => batch.Id)];
        return new(Manifests.Current.Floor);
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        Manifests.Dispose();
        Pins.Dispose();
    }
}
