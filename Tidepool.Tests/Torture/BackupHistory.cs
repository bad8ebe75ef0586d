namespace Tidepool.Tests.Torture;

/// <summary>The backups in one vault: those whose makers were told so are listed, and each is one state of the log.
/// </summary>
internal sealed class BackupHistory
{
    private readonly Dictionary<string, long> _floors = [];
    private readonly Dictionary<string, long> _sequences = [];
    private int _inDoubt;

    internal IReadOnlyCollection<string> Known => _floors.Keys;

    internal void Begin() => _inDoubt++;

    /// <param name="id">What its maker was told.</param>
    /// <param name="floor">The last write that was known to be acknowledged when he began.</param>
    internal void End(string id, long floor)
    {
        _inDoubt--;
        _floors.Add(id, floor);
    }

    /// <summary>All backups that are listed, when nobody makes any.</summary>
    internal IEnumerable<string> List(string[] listed)
    {
        foreach (string missing in _floors.Keys.Except(listed))
        {
            yield return $"backup {missing} was made, but is not listed";
        }

        int unknown = listed.Except(_floors.Keys).Count();
        if (unknown > _inDoubt)
        {
            yield return $"{unknown} backups are listed whose makers were not told so; {_inDoubt} were cut off";
        }
    }

    /// <summary>What was restored of a backup.</summary>
    internal string? Read(string id, long sequence)
    {
        long floor = _floors.GetValueOrDefault(id);
        long before = _sequences.GetValueOrDefault(id, sequence);
        _sequences[id] = sequence;
        return sequence < floor ? $"backup {id} is of {sequence}, though {floor} was acknowledged before"
            : sequence != before ? $"backup {id} is of {sequence}, and was of {before}"
            : null;
    }
}
