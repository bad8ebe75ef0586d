namespace Tidepool.Index.Attributes;

/// <summary>Collects the distinct values of a column of strings, up to a limit.</summary>
/// <remarks>Hashes with a seed of this process: nobody can choose strings that collide.</remarks>
internal sealed class TextDictionaryBuilder(int maxCount)
{
    /// <summary>A dictionary is held in memory while it is written, and checked as a whole when it is opened.</summary>
    internal const int MaxSizeBytes = 1 << 24;

    private readonly Dictionary<DictionaryColumn, int[]> _entriesBySource = [];
    private DictionaryColumn? _lastSource;
    private int[] _lastEntries = [];

    private int[] _slots = new int[64]; // Entry + 1, or 0; open addressing.
    private int[] _hashes = new int[32];
    private int[] _offsets = new int[33];
    private byte[] _heap = [];
    private int[] _sorted = []; // Entries in ascending order: code to entry.

    /// <summary>How many distinct values there are.</summary>
    internal int Count { get; private set; }

    internal int SizeBytes => _offsets[Count];

    /// <summary>Adds a value; false, and the builder is of no more use, when there are too many.</summary>
    internal bool TryAdd(TextColumn source, int ordinal, out int entry)
    {
        if (source is not DictionaryColumn dictionary)
        {
            return TryAdd(source.GetText(ordinal), out entry);
        }

        if (_lastSource != dictionary)
        {
            if (!_entriesBySource.TryGetValue(dictionary, out int[]? entries))
            {
                entries = new int[dictionary.EntryCount];
                entries.AsSpan().Fill(-1);
                _entriesBySource.Add(dictionary, entries);
            }

            (_lastSource, _lastEntries) = (dictionary, entries);
        }

        int code = dictionary.Codes[ordinal];
        entry = _lastEntries[code];
        if (entry >= 0)
        {
            return true;
        }

        bool isAdded = TryAdd(dictionary.GetEntry(code), out entry);
        _lastEntries[code] = entry;
        return isAdded;
    }

    /// <summary>Puts the values in order; fills in each entry's code.</summary>
    internal int[] Sort()
    {
        _sorted = [.. Enumerable.Range(0, Count)];
        _sorted.AsSpan().Sort((left, right) => GetText(left).SequenceCompareTo(GetText(right)));
        var codes = new int[Count];
        for (int code = 0; code < codes.Length; code++)
        {
            codes[_sorted[code]] = code;
        }

        return codes;
    }

    /// <summary>A value by its code, once sorted.</summary>
    internal ReadOnlySpan<byte> GetByCode(int code) => GetText(_sorted[code]);

    private ReadOnlySpan<byte> GetText(int entry) => _heap.AsSpan(_offsets[entry].._offsets[entry + 1]);

    private bool TryAdd(ReadOnlySpan<byte> text, out int entry)
    {
        var hashCode = new HashCode();
        hashCode.AddBytes(text);
        int hash = hashCode.ToHashCode();
        int mask = _slots.Length - 1;
        int slot = hash & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            entry = _slots[slot] - 1;
            if (_hashes[entry] == hash && GetText(entry).SequenceEqual(text))
            {
                return true;
            }
        }

        entry = Count;
        if (Count == maxCount || text.Length > MaxSizeBytes - SizeBytes)
        {
            return false;
        }

        Append(text, hash);
        _slots[slot] = Count;
        if (Count * 2 > _slots.Length)
        {
            GrowSlots();
        }

        return true;
    }

    private void Append(ReadOnlySpan<byte> text, int hash)
    {
        if (Count == _hashes.Length)
        {
            Array.Resize(ref _hashes, Count * 2);
            Array.Resize(ref _offsets, (Count * 2) + 1);
        }

        int start = SizeBytes;
        if (_heap.Length - start < text.Length)
        {
            Array.Resize(ref _heap, Math.Min(MaxSizeBytes, Math.Max(_heap.Length * 2, start + text.Length)));
        }

        text.CopyTo(_heap.AsSpan(start));
        _hashes[Count] = hash;
        Count++;
        _offsets[Count] = start + text.Length;
    }

    private void GrowSlots()
    {
        _slots = new int[_slots.Length * 2];
        int mask = _slots.Length - 1;
        for (int entry = 0; entry < Count; entry++)
        {
            int slot = _hashes[entry] & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = entry + 1;
        }
    }
}
