namespace Tidepool.Tests.Torture;

/// <summary>What keepers made of the namespace's states, and were told of it: tags, copies, backups.</summary>
/// <remarks>Guarded by the same lock as the <see cref="Ledger"/>.</remarks>
internal sealed class KeptLedger(Ledger ledger)
{
    private readonly Dictionary<string, TagHistory> _tags = [];
    private readonly Dictionary<string, CopyHistory> _copies = [];

    internal IReadOnlyCollection<TagHistory> Tags => _tags.Values;

    internal IReadOnlyCollection<CopyHistory> Copies => _copies.Values;

    /// <summary>Those of this round.</summary>
    internal BackupHistory Backups { get; private set; } = new();

    internal KeptCounts Counts { get; } = new();

    internal TagHistory GetTag(string name) =>
        _tags.TryGetValue(name, out TagHistory? tag) ? tag : _tags[name] = new TagHistory(name);

    internal CopyHistory GetCopy(string name) =>
        _copies.TryGetValue(name, out CopyHistory? copy) ? copy : _copies[name] = new CopyHistory(name);

    /// <summary>Notes what contradicts a promise, if something does.</summary>
    internal void Judge(string? wrong)
    {
        if (wrong is not null)
        {
            ledger.Violations.Add(wrong);
        }
    }

    /// <summary>A tag was read, and nobody made or deleted it meanwhile.</summary>
    internal void ReadTag(TagHistory tag, NamedState? found, long endedAt)
    {
        Judge(tag.Read(found, out NamedState? first));
        Expect($"tag {tag.Name}", first, endedAt);
        Counts.TagReads++;
    }

    internal void ReadCopy(CopyHistory copy, NamedState? found, long endedAt)
    {
        Judge(copy.Read(found, out NamedState? first));
        Expect($"copy {copy.Name}", first, endedAt);
        Counts.CopyReads++;
    }

    internal void ReadBackup(string id, NamedState found, long endedAt)
    {
        Judge(Backups.Read(id, found.Sequence));
        Expect($"backup {id}", found, endedAt);
        Counts.Restorations++;
    }

    /// <summary>All tags, when nobody makes or deletes any.</summary>
    internal void ListTags(Dictionary<string, (long Sequence, long Documents)> listed)
    {
        foreach (string name in listed.Keys.Union(_tags.Keys).ToArray())
        {
            Judge(GetTag(name).List(listed.TryGetValue(name, out (long, long) tag) ? tag : null));
        }
    }

    /// <summary>All namespaces but that of the run, when nobody makes or drops any.</summary>
    internal void ListCopies(string[] listed)
    {
        foreach (string name in listed.Union(_copies.Keys).ToArray())
        {
            Judge(GetCopy(name).List(listed.Contains(name)));
        }
    }

    /// <summary>All backups of the round, when nobody makes any.</summary>
    internal void ListBackups(string[] listed)
    {
        foreach (string wrong in Backups.List(listed))
        {
            Judge(wrong);
        }
    }

    /// <summary>The backups are gone, and others go elsewhere.</summary>
    internal void EndRound() => Backups = new BackupHistory();

    private void Expect(string what, NamedState? state, long endedAt)
    {
        if (state is not null)
        {
            ledger.EndRead(new PastRead(what, state.Sequence, state.Documents, endedAt));
        }
    }
}
