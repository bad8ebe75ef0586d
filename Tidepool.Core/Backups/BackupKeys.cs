using Tidepool.Model;

namespace Tidepool.Backups;

/// <summary>The keys of backups: all of one store share their objects, which lie as they do in a database.</summary>
internal sealed class BackupKeys
{
    private const string Root = "backup";

    private readonly DatabaseKeys _objects;

    /// <param name="ids">Where new names come from.</param>
    internal BackupKeys(IdSource ids) => _objects = new DatabaseKeys(Root, ids);

    /// <summary>Prefix of the records of all backups, newest first.</summary>
    internal string Records => $"{Root}/at/";

    /// <summary>What commits a backup.</summary>
    internal string Record(BackupName name) => $"{Records}{KeyNumbers.Descending(name.Ticks)}-{name.Id}";

    /// <summary>The keys of copies of the objects of one incarnation of a namespace.</summary>
    internal NamespaceKeys Data(Guid namespaceId) => _objects.Data(namespaceId);

    /// <summary>A name that nothing has yet.</summary>
    internal Guid NewId() => _objects.NewId();

    internal bool TryParseRecord(string key, out BackupName name)
    {
        name = default;
        ReadOnlySpan<char> rest = key.StartsWith(Records, StringComparison.Ordinal) ? key.AsSpan(Records.Length) : "";
        if (rest.Length <= KeyNumbers.Length || rest[KeyNumbers.Length] != '-'
            || !KeyNumbers.TryParseDescending(rest[..KeyNumbers.Length], out long ticks)
            || !Guid.TryParseExact(rest[(KeyNumbers.Length + 1)..], "D", out Guid id))
        {
            return false;
        }

        name = new BackupName(ticks, id);
        return true;
    }
}
