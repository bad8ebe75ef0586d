using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Tidepool;

/// <summary>Values by field name, in the order in which they were added: what documents keep their fields in.</summary>
/// <remarks>An array, searched front to back: documents have few fields, for which it is faster and smaller than a
/// hash table. One with many fields gets a hash table beside the array.</remarks>
internal sealed class FieldMap<TValue>(int capacity = 4) : IDictionary<string, TValue>,
    IReadOnlyDictionary<string, TValue>
{
    private const int MaxSearchedCount = 16;

    private FieldEntry<TValue>[] _entries = new FieldEntry<TValue>[capacity];
    private Dictionary<string, int>? _ordinals; // Only above MaxSearchedCount.
    private int _count;

    public int Count => _count;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => Array.ConvertAll(Entries.ToArray(), entry => entry.Name);

    public ICollection<TValue> Values => Array.ConvertAll(Entries.ToArray(), entry => entry.Value);

    IEnumerable<string> IReadOnlyDictionary<string, TValue>.Keys => Keys;

    IEnumerable<TValue> IReadOnlyDictionary<string, TValue>.Values => Values;

    internal ReadOnlySpan<FieldEntry<TValue>> Entries => _entries.AsSpan(0, _count);

    public TValue this[string key]
    {
        get => TryGetValue(key, out TValue? value)
            ? value
            : throw new KeyNotFoundException($"There is no field '{key}'.");
        set
        {
            int ordinal = Find(key);
            if (ordinal >= 0)
            {
                _entries[ordinal].Value = value;
            }
            else
            {
                Append(key, value);
            }
        }
    }

    public void Add(string key, TValue value)
    {
        if (Find(key) >= 0)
        {
            throw new ArgumentException($"There is a field '{key}' already.", nameof(key));
        }

        Append(key, value);
    }

    public void Add(KeyValuePair<string, TValue> item) => Add(item.Key, item.Value);

    public bool ContainsKey(string key) => Find(key) >= 0;

    public bool Contains(KeyValuePair<string, TValue> item) =>
        TryGetValue(item.Key, out TValue? value) && EqualityComparer<TValue>.Default.Equals(value, item.Value);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TValue value)
    {
        int ordinal = Find(key);
        value = ordinal >= 0 ? _entries[ordinal].Value : default;
        return ordinal >= 0;
    }

    public bool Remove(string key)
    {
        int ordinal = Find(key);
        if (ordinal < 0)
        {
            return false;
        }

        Array.Copy(_entries, ordinal + 1, _entries, ordinal, _count - ordinal - 1);
        _entries[--_count] = default;
        _ordinals = null;
        return true;
    }

    public bool Remove(KeyValuePair<string, TValue> item) => Contains(item) && Remove(item.Key);

    public void Clear()
    {
        Array.Clear(_entries, 0, _count);
        _count = 0;
        _ordinals = null;
    }

    public void CopyTo(KeyValuePair<string, TValue>[] array, int arrayIndex)
    {
        ArgumentNullException.ThrowIfNull(array);
        ArgumentOutOfRangeException.ThrowIfNegative(arrayIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_count, array.Length - arrayIndex, nameof(arrayIndex));
        foreach (FieldEntry<TValue> entry in Entries)
        {
            array[arrayIndex++] = new KeyValuePair<string, TValue>(entry.Name, entry.Value);
        }
    }

    public IEnumerator<KeyValuePair<string, TValue>> GetEnumerator()
    {
        for (int i = 0; i < _count; i++)
        {
            yield return new KeyValuePair<string, TValue>(_entries[i].Name, _entries[i].Value);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Append(string name, TValue value)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(4, _count * 2));
        }

        _ordinals?.Add(name, _count);
        _entries[_count++] = new FieldEntry<TValue>(name, value);
    }

    private int Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_count > MaxSearchedCount)
        {
            return FindHashed(name);
        }

        ReadOnlySpan<FieldEntry<TValue>> entries = Entries;
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private int FindHashed(string name)
    {
        if (_ordinals is null)
        {
            _ordinals = new Dictionary<string, int>(_count * 2, StringComparer.Ordinal);
            for (int i = 0; i < _count; i++)
            {
                _ordinals.Add(_entries[i].Name, i);
            }
        }

        return _ordinals.GetValueOrDefault(name, -1);
    }
}
