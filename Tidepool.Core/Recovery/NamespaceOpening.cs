using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Storage;
using Tidepool.Wal;

namespace Tidepool.Recovery;

/// <summary>A namespace that has been found: the manifest to start from and the first log entries behind it.</summary>
internal sealed class NamespaceOpening : IDisposable
{
    private readonly IObjectStore _store;
    private readonly GracePolicy _policy;
    private readonly string _nextRecordKey;
    private readonly SlotRead[] _reads;
    private readonly DateTimeOffset? _confirmedAt;

    internal NamespaceOpening(
        IObjectStore store,
        GracePolicy policy,
        string nextRecordKey,
        IncarnationRecord record,
        NamespaceKeys keys,
        ManifestStore manifests,
        SlotRead[] reads,
        IReadOnlyList<WalEntry> tail,
        DateTimeOffset? confirmedAt)
    {
        _store = store;
        _policy = policy;
        _nextRecordKey = nextRecordKey;
        _reads = reads;
        _confirmedAt = confirmedAt;
        Record = record;
        Keys = keys;
        Manifests = manifests;
        Start = manifests.Current;
        Tail = tail;
    }

    internal IncarnationRecord Record { get; }

    internal NamespaceKeys Keys { get; }

    /// <summary>Belongs to the caller.</summary>
    internal ManifestStore Manifests { get; }

    /// <summary>The manifest to load.</summary>
    internal Manifest Start { get; }

    /// <summary>The entries right behind its floor, perhaps not all; valid until this is disposed.</summary>
    internal IReadOnlyList<WalEntry> Tail { get; }

    /// <summary>The log, standing behind the tail, which the listener was given.</summary>
    /// <param name="listener">The state loaded from <see cref="Start"/>.</param>
    /// <param name="writerId">A new id.</param>
    internal NamespaceLog CreateLog(ILogListener listener, Guid writerId)
    {
        var bounds = new ManifestBounds(_store, Manifests, _nextRecordKey);
        var log = new NamespaceLog(_store, Keys, _policy, bounds, listener, writerId, Start.Floor);
        log.Replay(Tail, _confirmedAt);
        return log;
    }

    public void Dispose()
    {
        foreach (SlotRead read in _reads)
        {
            read.Dispose();
        }
    }
}
