using System.Buffers;
using System.Text;

namespace Tidepool.Storage;

/// <summary>What a legal key is, and the order of keys: every store holds its callers to the same rules.</summary>
internal static class ObjectKey
{
    /// <summary>The longest key in bytes of UTF-8.</summary>
    internal const int MaxSizeBytes = 1024;

    /// <summary>The most keys one page of a listing holds.</summary>
    internal const int MaxPageSize = 1000;

    // Control characters and the two non-characters cannot be written in the XML that S3 answers with.
    private static readonly SearchValues<char> s_illegal = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), '\u007F', '\uFFFE', '\uFFFF']);

    /// <summary>Throws <see cref="ArgumentException"/> unless the key is legal.</summary>
    internal static void Validate(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (WhatIsWrong(key) is string reason)
        {
            throw new ArgumentException($"The object key \"{key}\" {reason}.", nameof(key));
        }
    }

    /// <summary>Throws unless the arguments of a listing are legal. A prefix may be any text: some match
    /// nothing.</summary>
    internal static void ValidateListing(string prefix, int maxKeys)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxKeys, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxKeys, MaxPageSize);
    }

    /// <summary>Compares keys as the bytes of their UTF-8, without encoding them.</summary>
    /// <remarks>UTF-16 code units sort like UTF-8 bytes, except that surrogates (which stand for characters above
    /// U+FFFF) must sort after U+E000 to U+FFFF; the two ranges are therefore swapped.</remarks>
    internal static int Compare(string x, string y)
    {
        int common = x.AsSpan().CommonPrefixLength(y);
        if (common == x.Length || common == y.Length)
        {
            return x.Length.CompareTo(y.Length);
        }

        return InByteOrder(x[common]).CompareTo(InByteOrder(y[common]));
    }

    private static int InByteOrder(char unit) =>
        unit < '\uD800' ? unit : unit < '\uE000' ? unit + 0x2000 : unit - 0x800;

    private static string? WhatIsWrong(string key)
    {
        ReadOnlySpan<char> rest = key;
        if (rest.IndexOfAny(s_illegal) is int at and >= 0)
        {
            return $"has the character U+{(int)key[at]:X4} at {at}";
        }

        if (!Ascii.IsValid(rest) && HasLoneSurrogate(rest))
        {
            return "is not valid Unicode";
        }

        if (key.Length > MaxSizeBytes / 3 && Encoding.UTF8.GetByteCount(key) is int size and > MaxSizeBytes)
        {
            return $"is {size} bytes long; at most {MaxSizeBytes} are allowed";
        }

        foreach (Range part in rest.Split('/'))
        {
            if (rest[part] is "" or "." or "..")
            {
                return "has a segment that is empty, \".\" or \"..\"";
            }
        }

        return null;
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int consumed) != OperationStatus.Done)
            {
                return true;
            }

            text = text[consumed..];
        }

        return false;
    }
}
