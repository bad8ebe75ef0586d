namespace Tidepool.Model;

/// <summary>The keys of a database: what is stored under its root, apart from the data of namespaces.</summary>
internal sealed class DatabaseKeys
{
    // Sorts before every character of a name, so that the order of keys is the ordinal order of names.
    private const char EndOfName = '!';

    private readonly string _prefix;
    private readonly IdSource _ids;

    /// <param name="root">What all keys begin with, without a slash at its end; empty for none.</param>
    /// <param name="ids">Where new names come from; null for <see cref="IdSource.Random"/>.</param>
    internal DatabaseKeys(string root, IdSource? ids = null)
    {
        _prefix = root.Length == 0 ? "" : root + "/";
        _ids = ids ?? IdSource.Random;
    }

    /// <summary>Says that there is a database, and which.</summary>
    internal string RootMarker => _prefix + "tidepool";

    /// <summary>Prefix of the records of all namespaces.</summary>
    internal string Records => _prefix + "ns/";

    /// <summary>Prefix of what tests of the store's abilities leave behind.</summary>
    internal string Probes => _prefix + "probe/";

    internal string Probe(Guid id) => $"{Probes}{id}";

    /// <summary>Prefix of the records of a namespace.</summary>
    internal string RecordsOf(string name) => $"{Records}{name}{EndOfName}";

    /// <summary>Record k of a namespace; it lists before records 1 to k - 1.</summary>
    internal string Record(string name, long number) => RecordsOf(name) + KeyNumbers.Descending(number);

    /// <summary>A copy of the newest manifest of a namespace, for opening it quickly.</summary>
    internal string Hint(string name) => $"{_prefix}hint/{name}";

    /// <summary>The keys of the data of one incarnation of a namespace.</summary>
    internal NamespaceKeys Data(Guid namespaceId) => new(_prefix, namespaceId, _ids);

    /// <summary>A name that nothing has yet.</summary>
    internal Guid NewId() => _ids.NewId();

    /// <summary>The name and number in a record's key; false for a key that is none.</summary>
    internal bool TryParseRecord(string key, out string name, out long number)
    {
        name = "";
        number = 0;
        if (!key.StartsWith(Records, StringComparison.Ordinal))
        {
            return false;
        }

        ReadOnlySpan<char> rest = key.AsSpan(Records.Length);
        int end = rest.IndexOf(EndOfName);
        if (end < 0 || !NamespaceNames.IsValid(rest[..end])
            || !KeyNumbers.TryParseDescending(rest[(end + 1)..], out number) || number == 0)
        {
            return false;
        }

        name = rest[..end].ToString();
        return true;
    }
}
