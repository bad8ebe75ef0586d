using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Tidepool.Storage.InMemory;

/// <summary>An immutable map of keys to objects in the byte order of the keys; a change makes a new one in O(log n) and
/// shares the rest.</summary>
/// <remarks>A set, not a dictionary, because a listing must be able to start anywhere in O(log n).</remarks>
internal sealed class ObjectSet
{
    private readonly ImmutableSortedSet<Entry> _entries;

    private ObjectSet(ImmutableSortedSet<Entry> entries) => _entries = entries;

    internal static ObjectSet Empty { get; } = new(ImmutableSortedSet.Create<Entry>(new KeyOrder()));

    internal int Count => _entries.Count;

    internal bool TryGet(string key, [NotNullWhen(true)] out StoredObject? stored)
    {
        bool found = _entries.TryGetValue(new Entry(key, null), out Entry entry);
        stored = found ? entry.Object : null;
        return found;
    }

    internal ObjectSet With(string key, StoredObject stored)
    {
        var entry = new Entry(key, stored);
        return new(_entries.Remove(entry).Add(entry)); // Add alone keeps the entry that is there.
    }

    internal ObjectSet Without(IReadOnlyCollection<string> keys) =>
        new(_entries.Except(keys.Select(key => new Entry(key, null))));

    /// <summary>Ordinal of the first key that is not smaller than this one, or greater if it must be.</summary>
    internal int Seek(string key, bool after)
    {
        int index = _entries.IndexOf(new Entry(key, null));
        return index < 0 ? ~index : after ? index + 1 : index;
    }

    internal (string Key, StoredObject Object) At(int ordinal) => (_entries[ordinal].Key, _entries[ordinal].Object!);

    private readonly record struct Entry(string Key, StoredObject? Object);

    private sealed class KeyOrder : IComparer<Entry>
    {
        public int Compare(Entry x, Entry y) => ObjectKey.Compare(x.Key, y.Key);
    }
}
