using Tidepool.Index.Binary;

namespace Tidepool.Model;

/// <summary>The strings of an array in a batch, one after the other.</summary>
internal ref struct BatchStrings(ReadOnlySpan<byte> elements, int count)
{
    private SpanReader _reader = new(elements);
    private int _left = count;

    /// <summary>The current string's UTF-8.</summary>
    internal ReadOnlySpan<byte> Current { get; private set; }

    internal bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Current = _reader.ReadLengthPrefixed("the size of a string");
        return true;
    }
}
