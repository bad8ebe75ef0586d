namespace Tidepool.Model;

/// <summary>The keys of one incarnation of a namespace: log, manifests, segments.</summary>
internal sealed class NamespaceKeys
{
    // As in the keys of namespaces: no name contains it.
    private const char EndOfName = '!';

    private readonly string _rootPrefix;
    private readonly IdSource _ids;

    internal NamespaceKeys(string rootPrefix, Guid namespaceId, IdSource ids)
    {
        _rootPrefix = rootPrefix;
        _ids = ids;
        NamespaceId = namespaceId;
        All = $"{rootPrefix}d/{namespaceId}/";
        Log = All + "wal/";
        Manifests = All + "man/";
        Segments = All + "seg/";
        Ledgers = All + "bat/";
        Pins = All + "tag/";
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

    /// <summary>Prefix of the pins: what keeps states that are not the newest.</summary>
    internal string Pins { get; }

    internal string LogEntry(long sequence) => Log + KeyNumbers.Ascending(sequence);

    internal string Manifest(long generation) => Manifests + KeyNumbers.Descending(generation);

    internal string Segment(Guid segmentId) => $"{Segments}{segmentId}/data.tpvs";

    internal string Deletions(Guid segmentId, Guid deletionsId) => $"{Segments}{segmentId}/del-{deletionsId}";

    internal string Ledger(Guid ledgerId) => $"{Ledgers}{ledgerId}";

    /// <summary>Prefix of the pins that had a name one after the other.</summary>
    internal string PinsOf(string name) => $"{Pins}{name}{EndOfName}";

    /// <summary>Pin k of a name; it lists before pins 1 to k - 1.</summary>
    internal string Pin(string name, long number) => PinsOf(name) + KeyNumbers.Descending(number);

    /// <summary>For a namespace that began as a copy: a copy of the record that creates it.</summary>
    internal string Origin => All + "origin";

    /// <summary>The keys of another incarnation of the same database.</summary>
    internal NamespaceKeys Of(Guid namespaceId) =>
        namespaceId == NamespaceId ? this : new NamespaceKeys(_rootPrefix, namespaceId, _ids);

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

    /// <summary>The name and number in a pin's key; false for a key that is none.</summary>
    internal bool TryParsePin(string key, out string name, out long number)
    {
        name = "";
        number = 0;
        int end = key.LastIndexOf(EndOfName);
        if (!key.StartsWith(Pins, StringComparison.Ordinal) || end < Pins.Length
            || !PinNames.IsValid(key.AsSpan(Pins.Length, end - Pins.Length))
            || !KeyNumbers.TryParseDescending(key.AsSpan(end + 1), out number) || number == 0)
        {
            return false;
        }

        name = key[Pins.Length..end];
        return true;
    }
}
