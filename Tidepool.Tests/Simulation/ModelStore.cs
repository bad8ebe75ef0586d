using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>The truth of a simulation: what is stored, what was stored, and who hears of a change.</summary>
/// <remarks>Each call takes effect at once and completely; what goes wrong between a process and it is the business
/// of <see cref="ModelStoreConnection"/>.</remarks>
internal sealed class ModelStore(SimulationLoop loop)
{
    internal static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SortedList<string, ModelObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(long Ticks, string Key, ModelObject? Before)> _changes = [];
    private long _lastVersion;

    /// <summary>Who judges every change, in the moment in which it happens.</summary>
    internal IStoreWitness? Witness { get; set; }

    internal DateTimeOffset Now => Start + loop.Elapsed;

    internal IEnumerable<string> Keys => _objects.Keys;

    internal ModelObject? Find(string key) => _objects.GetValueOrDefault(key);

    /// <returns>The object, or null if the condition was not met.</returns>
    internal ModelObject? Put(string key, byte[] data, PutCondition condition, TimeSpan clockLag)
    {
        ModelObject? before = Find(key);
        if ((condition.RequiresAbsence && before is not null) ||
            (condition.RequiredETag is { } required && required != before?.ETag))
        {
            return null;
        }

        var stored = new ModelObject(data, ++_lastVersion, Now - clockLag);
        _changes.Add((loop.Ticks, key, before));
        _objects[key] = stored;
        Witness?.OnPut(key, data, before);
        return stored;
    }

    internal void Delete(string key)
    {
        if (_objects.Remove(key, out ModelObject? before))
        {
            _changes.Add((loop.Ticks, key, before));
            Witness?.OnDeleted(key, before);
        }
    }

    /// <summary>What a listing shows of the store as it was some time ago.</summary>
    internal List<(string Key, ModelObject Object)> List(string prefix, string? startAfter, int maxKeys, TimeSpan age)
    {
        Dictionary<string, ModelObject?> past = FindPast(prefix, loop.Ticks - age.Ticks);
        var page = new List<(string, ModelObject)>();
        IEnumerable<string> keys = past.Count == 0
            ? Enumerate(prefix, startAfter)
            : Enumerate(prefix, startAfter).Union(past.Keys).Order(StringComparer.Ordinal);
        foreach (string key in keys)
        {
            bool isAfter = startAfter is null || string.CompareOrdinal(key, startAfter) > 0;
            ModelObject? stored = past.TryGetValue(key, out ModelObject? old) ? old : Find(key);
            if (isAfter && stored is not null)
            {
                page.Add((key, stored));
                if (page.Count == maxKeys)
                {
                    break;
                }
            }
        }

        return page;
    }

    private Dictionary<string, ModelObject?> FindPast(string prefix, long since)
    {
        var past = new Dictionary<string, ModelObject?>();
        for (int i = _changes.Count - 1; i >= 0 && _changes[i].Ticks > since; i--)
        {
            (_, string key, ModelObject? before) = _changes[i];
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                past[key] = before;
            }
        }

        return past;
    }

    private IEnumerable<string> Enumerate(string prefix, string? startAfter)
    {
        bool isAfter = startAfter is not null && string.CompareOrdinal(startAfter, prefix) >= 0;
        int ordinal = Seek(isAfter ? startAfter! : prefix, isAfter);
        for (; ordinal < _objects.Count; ordinal++)
        {
            string key = _objects.GetKeyAtIndex(ordinal);
            if (!key.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield break;
            }

            yield return key;
        }
    }

    private int Seek(string key, bool after)
    {
        int low = 0;
        int high = _objects.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(_objects.GetKeyAtIndex(middle), key);
            (low, high) = order < 0 || (after && order == 0) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
