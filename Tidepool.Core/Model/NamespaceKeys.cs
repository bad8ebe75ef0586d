namespace Tidepool.Model;

/// <summary>The keys of one incarnation of a namespace: log, manifests, segments.</summary>
internal sealed class NamespaceKeys
{
    private readonly IdSource _ids;

    internal NamespaceKeys(string rootPrefix, Guid namespaceId, IdSource ids)
    {
        _ids = ids;
        NamespaceId = namespaceId;
        All = $"{rootPrefix}d/{namespaceId}/";
        Log = All + "wal/";
        Manifests = All + "man/";
        Segments = All + "seg/";
        Ledgers = All + "bat/";
    }

    internal Guid NamespaceId { get; }

    /// <summary>Prefix of everything of this incarnation.</summary>
    internal string All { get; }

    /// <summary>Prefix of the log's entries, oldest first.</summary>
    internal string Log { get; }

    /// <summary>Prefix of the manifests, newest first.</summary>
    internal string Manifests { get; }

    /// <summary>Prefix of segments and their deletion bitmaps.</summary>
    internal string Segments { get; }

    /// <summary>Prefix of lists of written batches.</summary>
    internal string Ledgers { get; }

    internal string LogEntry(long sequence) => Log + KeyNumbers.Ascending(sequence);

    internal string Manifest(long generation) => Manifests + KeyNumbers.Descending(generation);

    internal string Segment(Guid segmentId) => $"{Segments}{segmentId}/data.tpvs";

    internal string Deletions(Guid segmentId, Guid deletionsId) => $"{Segments}{segmentId}/del-{deletionsId}";

    internal string Ledger(Guid ledgerId) => $"{Ledgers}{ledgerId}";

    /// <summary>A name that nothing has yet.</summary>
    internal Guid NewId() => _ids.NewId();

    internal bool TryParseLogEntry(string key, out long sequence)
    {
        sequence = 0;
        return key.StartsWith(Log, StringComparison.Ordinal)
            && KeyNumbers.TryParseAscending(key.AsSpan(Log.Length), out sequence);
    }

    internal bool TryParseManifest(string key, out long generation)
    {
        generation = 0;
        return key.StartsWith(Manifests, StringComparison.Ordinal)
            && KeyNumbers.TryParseDescending(key.AsSpan(Manifests.Length), out generation);
    }
}
