using System.Text;

namespace Tidepool.Index.Attributes;

/// <summary>A pattern for a string: <c>*</c> is any text, <c>?</c> one character, <c>\</c> an escape.</summary>
/// <remarks>
/// An escape makes the character behind it a literal; at the end it stands for itself. A character is a Unicode code
/// point; upper and lower case differ. Matching takes time in proportion to the text's size times the pattern's at
/// worst.
/// </remarks>
internal sealed class GlobPattern
{
    private const short AnyOne = -1;
    private const short AnyMany = -2;

    /// <summary>UTF-8 bytes of literals with wildcards between them, no two <see cref="AnyMany"/> in a row.</summary>
    private readonly short[] _tokens;
    private readonly byte[] _literalPrefixUtf8;

    /// <exception cref="ArgumentException">The pattern holds half of a surrogate pair.</exception>
    internal GlobPattern(string pattern)
    {
        Text = pattern;
        var tokens = new List<short>(pattern.Length);
        byte[] utf8 = StrictUtf8.Encoding.GetBytes(pattern);
        for (int i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == (byte)'*')
            {
                if (tokens.Count == 0 || tokens[^1] != AnyMany)
                {
                    tokens.Add(AnyMany);
                }
            }
            else if (utf8[i] == (byte)'?')
            {
                tokens.Add(AnyOne);
            }
            else
            {
                i += utf8[i] == (byte)'\\' && i + 1 < utf8.Length ? 1 : 0;
                tokens.Add(utf8[i]);
            }
        }

        _tokens = [.. tokens];
        int literalCount = _tokens.AsSpan().IndexOfAny(AnyOne, AnyMany);
        literalCount = literalCount < 0 ? _tokens.Length : literalCount;
        _literalPrefixUtf8 = [.. _tokens.Take(literalCount).Select(token => (byte)token)];
        LiteralPrefix = Encoding.UTF8.GetString(_literalPrefixUtf8);
        Kind = literalCount == _tokens.Length ? GlobKind.Literal
            : literalCount == _tokens.Length - 1 && _tokens[^1] == AnyMany ? GlobKind.Prefix
            : GlobKind.General;
    }

    internal string Text { get; }

    internal GlobKind Kind { get; }

    /// <summary>What every match starts with.</summary>
    internal string LiteralPrefix { get; }

    internal ReadOnlySpan<byte> LiteralPrefixUtf8 => _literalPrefixUtf8;

    internal bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        ReadOnlySpan<short> tokens = _tokens;
        int token = 0;
        int position = 0;
        int resumeToken = -1; // Behind the last wildcard for many,
        int resumePosition = 0; // and where the text it takes ends if what follows fails here.
        while (position < utf8.Length)
        {
            if (token < tokens.Length && tokens[token] == AnyMany)
            {
                if (++token == tokens.Length)
                {
                    return true;
                }

                resumeToken = token;
                resumePosition = position;
            }
            else if (token < tokens.Length && tokens[token] == AnyOne)
            {
                position += LengthOfCharacter(utf8, position);
                token++;
                continue;
            }
            else if (token < tokens.Length && tokens[token] == utf8[position])
            {
                position++;
                token++;
                continue;
            }
            else if (resumeToken >= 0)
            {
                // Only the last wildcard need take more: the earliest match of what lies before it is as good as any.
                resumePosition += LengthOfCharacter(utf8, resumePosition);
            }
            else
            {
                return false;
            }

            if (!TrySkipToLiteral(utf8, resumeToken, ref resumePosition))
            {
                return false;
            }

            position = resumePosition;
            token = resumeToken;
        }

        return token == tokens.Length || (token == tokens.Length - 1 && tokens[token] == AnyMany);
    }

    /// <summary>Moves on to where the literal behind a wildcard for many may start; false if it nowhere does.</summary>
    private bool TrySkipToLiteral(ReadOnlySpan<byte> utf8, int token, ref int position)
    {
        if (_tokens[token] < 0)
        {
            return true;
        }

        int skipped = utf8[position..].IndexOf((byte)_tokens[token]);
        position += Math.Max(0, skipped);
        return skipped >= 0;
    }

    /// <summary>Bytes of the character that starts here; 1 where none does, as in text that is no UTF-8.</summary>
    private static int LengthOfCharacter(ReadOnlySpan<byte> utf8, int position)
    {
        int length = utf8[position] switch
        {
            < 0xC0 => 1,
            < 0xE0 => 2,
            < 0xF0 => 3,
            _ => 4,
        };
        return Math.Min(length, utf8.Length - position);
    }
}
