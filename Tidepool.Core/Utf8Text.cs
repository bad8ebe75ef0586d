using System.Text;

namespace Tidepool;

/// <summary>What UTF-16 text is as UTF-8, without ever replacing a character.</summary>
internal static class Utf8Text
{
    /// <summary>The size of the text in UTF-8; false when it holds half of a surrogate pair.</summary>
    internal static bool TryGetSize(ReadOnlySpan<char> text, out int sizeBytes)
    {
        if (Ascii.IsValid(text))
        {
            sizeBytes = text.Length;
            return true;
        }

        int surrogate = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        if (surrogate >= 0 && !AreSurrogatesPaired(text[surrogate..]))
        {
            sizeBytes = 0;
            return false;
        }

        sizeBytes = Encoding.UTF8.GetByteCount(text);
        return true;
    }

    private static bool AreSurrogatesPaired(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}
