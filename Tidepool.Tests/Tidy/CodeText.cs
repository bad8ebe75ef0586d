namespace Tidepool.Tests.Tidy;

/// <summary>Blanks out the comments and literals of C# source, so that a search finds code only.</summary>
/// <remarks>The result has the length and the line breaks of the source. Interpolation holes are code and
/// stay.</remarks>
internal sealed class CodeText
{
    private readonly string _source;
    private readonly char[] _code;
    private int _position;

    private CodeText(string source)
    {
        _source = source;
        _code = source.ToCharArray();
    }

    internal static string Blank(string source)
    {
        CodeText text = new(source);
        text.ReadCode(closingBraces: 0);
        return new string(text._code);
    }

    private char At(int position) => position < _source.Length ? _source[position] : '\0';

    private bool StartsWith(string value) =>
        string.CompareOrdinal(_source, _position, value, 0, value.Length) == 0;

    /// <summary>Reads to the end, or, inside an interpolation hole, past the braces that close it.</summary>
    private void ReadCode(int closingBraces)
    {
        int depth = 0;
        while (_position < _source.Length)
        {
            if (StartsWith("//"))
            {
                int end = _source.IndexOf('\n', _position);
                BlankTo(end < 0 ? _source.Length : end);
            }
            else if (StartsWith("/*"))
            {
                int end = _source.IndexOf("*/", _position + 2, StringComparison.Ordinal);
                BlankTo(end < 0 ? _source.Length : end + 2);
            }
            else if (At(_position) == '\'')
            {
                ReadQuoted('\'');
            }
            else if (At(_position) is '"' or '$' or '@' && TryReadString())
            {
                continue;
            }
            else if (At(_position) == '}' && depth == 0 && closingBraces > 0)
            {
                BlankTo(_position + closingBraces);
                return;
            }
            else
            {
                depth += At(_position) == '{' ? 1 : At(_position) == '}' ? -1 : 0;
                _position++;
            }
        }
    }

    private bool TryReadString()
    {
        int start = _position;
        int dollars = 0;
        bool verbatim = false;
        while (At(start) is '$' or '@')
        {
            dollars += At(start) == '$' ? 1 : 0;
            verbatim |= At(start) == '@';
            start++;
        }

        int quotes = 0;
        while (At(start + quotes) == '"')
        {
            quotes++;
        }

        if (quotes == 0)
        {
            return false;
        }

        if (quotes >= 3 && !verbatim)
        {
            BlankTo(start + quotes);
            ReadRaw(quotes, dollars);
        }
        else if (dollars > 0)
        {
            BlankTo(start + 1);
            ReadInterpolated(verbatim);
        }
        else if (verbatim)
        {
            BlankTo(start);
            ReadVerbatim();
        }
        else
        {
            ReadQuoted('"');
        }

        return true;
    }

    private void ReadQuoted(char quote)
    {
        int end = _position + 1;
        while (end < _source.Length && _source[end] != quote && _source[end] != '\n')
        {
            end += _source[end] == '\\' ? 2 : 1;
        }

        BlankTo(end + 1);
    }

    private void ReadVerbatim()
    {
        int end = _position + 1;
        while (end < _source.Length && (_source[end] != '"' || At(end + 1) == '"'))
        {
            end += _source[end] == '"' ? 2 : 1;
        }

        BlankTo(end + 1);
    }

    private void ReadInterpolated(bool verbatim)
    {
        while (_position < _source.Length)
        {
            char next = _source[_position];
            char after = At(_position + 1);
            bool isDoubled = next is '{' or '}' or '"' && after == next && (next != '"' || verbatim);
            if (isDoubled || (next == '\\' && !verbatim))
            {
                BlankTo(_position + 2);
            }
            else if (next == '{')
            {
                BlankTo(_position + 1);
                ReadCode(closingBraces: 1);
            }
            else
            {
                BlankTo(_position + 1);
                if (next == '"')
                {
                    return;
                }
            }
        }
    }

    private void ReadRaw(int quotes, int dollars)
    {
        string end = new('"', quotes);
        string hole = new('{', Math.Max(dollars, 1));
        while (_position < _source.Length && !StartsWith(end))
        {
            bool opensHole = dollars > 0 && StartsWith(hole) && At(_position + dollars) != '{';
            BlankTo(_position + (opensHole ? dollars : 1));
            if (opensHole)
            {
                ReadCode(dollars);
            }
        }

        BlankTo(_position + quotes);
    }

    private void BlankTo(int end)
    {
        for (end = Math.Min(end, _source.Length); _position < end; _position++)
        {
            _code[_position] = _code[_position] == '\n' ? '\n' : ' ';
        }
    }
}
