using System.Buffers;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>A set of dictionary codes in a rented bitmap.</summary>
internal ref struct CodeSet
{
    private readonly ulong[] _words;
    private readonly int _wordCount;

    internal CodeSet(int codeCount)
    {
        _wordCount = BitWords.CountFor(codeCount);
        _words = ArrayPool<ulong>.Shared.Rent(_wordCount);
        Array.Clear(_words, 0, _wordCount);
    }

    internal readonly ReadOnlySpan<ulong> Words => _words.AsSpan(0, _wordCount);

    internal int Count { get; private set; }

    /// <summary>The lowest code; above <see cref="High"/> when there is none.</summary>
    internal int Low { get; private set; } = 0;

    internal int High { get; private set; } = -1;

    /// <summary>Adds a code that is not in the set; codes come in ascending order.</summary>
    internal void Add(int code)
    {
        BitWords.Set(_words, code);
        Low = Count == 0 ? code : Low;
        High = code;
        Count++;
    }

    public readonly void Dispose() => ArrayPool<ulong>.Shared.Return(_words);
}
