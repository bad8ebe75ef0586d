using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>The ordinals of a segment whose id is a given one, for use in a foreach loop.</summary>
internal ref struct KeyMatches
{
    private readonly SegmentReader? _reader;
    private readonly DocumentKey _key;
    private readonly ulong _mixedHash;
    private int _slot;
    private int _slotsLeft;

    /// <summary>Matches in a segment whose id index has so many slots.</summary>
    internal KeyMatches(SegmentReader reader, DocumentKey key, in IdIndex index)
    {
        _reader = reader;
        _key = key;
        _mixedHash = index.Mix(key.Hash);
        _slot = index.GetHomeSlot(_mixedHash);
        _slotsLeft = index.SlotCount; // A damaged table may have no free slot to stop at.
    }

    /// <summary>The ordinal found by the last <see cref="MoveNext"/> that returned true.</summary>
    public int Current { get; private set; }

    public readonly KeyMatches GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_reader is null)
        {
            return false;
        }

        int ordinal = _reader.FindNext(_key, _mixedHash, ref _slot, ref _slotsLeft);
        Current = ordinal;
        return ordinal >= 0;
    }
}
