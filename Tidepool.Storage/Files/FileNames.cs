using System.Buffers;
using System.Text;

namespace Tidepool.Storage.Files;

/// <summary>Maps keys to file paths below a folder and back.</summary>
/// <remarks>
/// <para>A key's segments become folders, its last one a file with the extension <c>.tp</c>, which no folder has: so
/// <c>a</c> and <c>a/b</c> can both exist. Names are made of <c>a-z 0-9 _ - .</c> and of <c>%xx</c> for each byte of
/// anything else, capitals included: two keys never meet in one file, whatever the file system does with case, Unicode
/// or trailing dots. Also escaped are a leading dot (hidden files, and the store's own folder), a folder's trailing
/// dot, and the first letter of the names that Windows keeps for devices.</para>
/// <para>A name may be only 255 bytes long. A segment whose escaped form reaches <see cref="CutLength"/> is cut there,
/// and goes on inside a folder whose name ends in a lone <c>%</c>. Where it is cut depends on the cut part alone, so
/// that everything that begins with that part is in that folder, which keeps listings in order.</para>
/// </remarks>
internal sealed class FileNames(string root)
{
    internal const string Extension = ".tp";

    /// <summary>The store's own folder; no key maps into it, because a leading dot is escaped.</summary>
    internal const string PrivateFolder = ".tidepool";

    private const int CutLength = 200;

    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-./");

    private readonly string _start = root + Path.DirectorySeparatorChar;

    /// <summary>Full path of the store's folder.</summary>
    internal string Root => root;

    /// <summary>Full path of the file that holds a legal key.</summary>
    internal string PathOf(string key)
    {
        if (IsPlain(key))
        {
            string path = string.Concat(_start, key, Extension);
            return Path.DirectorySeparatorChar == '/' ? path : path.Replace('/', Path.DirectorySeparatorChar);
        }

        return Escape(key, isFolder: false);
    }

    /// <summary>Whether a file that was found is the one that holds the key made of its name: false for
    /// strangers.</summary>
    internal bool IsPathOf(string path, string key) =>
        key.Length > 0 && key[0] != '/' && key[^1] != '/' && !key.Contains("//", StringComparison.Ordinal) &&
        PathOf(key) == path;

    /// <summary>Full path of the folder that holds the keys with a prefix that ends in a slash, or is empty; null if
    /// there can be no such keys.</summary>
    internal string? FolderOf(string prefix)
    {
        if (prefix.Length == 0)
        {
            return root;
        }

        string key = prefix[..^1];
        try
        {
            ObjectKey.Validate(key);
        }
        catch (ArgumentException)
        {
            return null; // A prefix may be any text; no legal key begins with this one.
        }

        return Escape(key, isFolder: true);
    }

    /// <summary>What the keys in a folder begin with, given what those of its parent begin with; null for a folder that
    /// is not the store's.</summary>
    internal static string? FolderKey(string parentKey, ReadOnlySpan<char> name)
    {
        if (name.Length == 0 || name[^1] != '%')
        {
            return Unescape(name) is string segment ? parentKey + segment + "/" : null;
        }

        return name.Length == 1 ? parentKey + "/" : Unescape(name[..^1]) is string start ? parentKey + start : null;
    }

    /// <summary>The key of a file, given what those of its folder begin with; null for a file that is not the
    /// store's.</summary>
    internal static string? FileKey(string parentKey, ReadOnlySpan<char> name) =>
        name.EndsWith(Extension, StringComparison.Ordinal) && Unescape(name[..^Extension.Length]) is string segment
            ? parentKey + segment
            : null;

    /// <summary>Whether a key needs no escaping at all: the usual case, decided without an allocation.</summary>
    private static bool IsPlain(ReadOnlySpan<char> key)
    {
        if (key.ContainsAnyExcept(s_plain))
        {
            return false;
        }

        while (true)
        {
            int slash = key.IndexOf('/');
            ReadOnlySpan<char> segment = slash < 0 ? key : key[..slash];
            if (segment.Length is 0 or >= CutLength || segment[0] == '.' || IsDevice(segment) ||
                (slash >= 0 && (segment[^1] == '.' || segment.EndsWith(Extension, StringComparison.Ordinal))))
            {
                return false;
            }

            if (slash < 0)
            {
                return true;
            }

            key = key[(slash + 1)..];
        }
    }

    private string Escape(string key, bool isFolder)
    {
        var path = new StringBuilder(root, root.Length + (key.Length * 2));
        ReadOnlySpan<char> rest = key;
        int slash;
        while ((slash = rest.IndexOf('/')) >= 0)
        {
            AppendSegment(path, rest[..slash], isFolder: true);
            rest = rest[(slash + 1)..];
        }

        AppendSegment(path, rest, isFolder);
        return path.ToString();
    }

    private static void AppendSegment(StringBuilder path, ReadOnlySpan<char> segment, bool isFolder)
    {
        path.Append(Path.DirectorySeparatorChar);
        int start = path.Length;
        foreach (Rune rune in segment.EnumerateRunes())
        {
            AppendRune(path, rune, isFirst: path.Length == start);
            if (path.Length - start >= CutLength)
            {
                path.Append('%').Append(Path.DirectorySeparatorChar);
                start = path.Length;
            }
        }

        string last = path.ToString(start, path.Length - start);
        if (last.Length == 0)
        {
            path.Append(isFolder ? "%" : string.Empty); // The segment ended exactly where it was cut.
        }
        else if (IsDevice(last))
        {
            path.Remove(start, 1).Insert(start, $"%{(int)last[0]:x2}");
        }

        if (!isFolder)
        {
            path.Append(Extension);
        }
        else if (last.EndsWith('.'))
        {
            path.Remove(path.Length - 1, 1).Append("%2e");
        }
        else if (last.EndsWith(Extension, StringComparison.Ordinal))
        {
            path.Remove(path.Length - Extension.Length, 1).Insert(path.Length - Extension.Length + 1, "%2e");
        }
    }

    private static void AppendRune(StringBuilder path, Rune rune, bool isFirst)
    {
        if (rune.IsAscii && s_plain.Contains((char)rune.Value) && !(isFirst && rune.Value == '.'))
        {
            path.Append((char)rune.Value);
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)])
        {
            path.Append('%').Append(Hex(value >> 4)).Append(Hex(value & 15));
        }
    }

    private static char Hex(int digit) => "0123456789abcdef"[digit];

    /// <summary>Whether Windows takes a name for a device's, with any extension.</summary>
    private static bool IsDevice(ReadOnlySpan<char> name)
    {
        if (name.Length < 3 || name[0] is not ('a' or 'c' or 'l' or 'n' or 'p'))
        {
            return false;
        }

        int dot = name.IndexOf('.');
        ReadOnlySpan<char> stem = dot < 0 ? name : name[..dot];
        return stem is "con" or "prn" or "aux" or "nul" ||
            (stem.Length == 4 && stem[3] is >= '0' and <= '9' && stem[..3] is "com" or "lpt");
    }

    private static string? Unescape(ReadOnlySpan<char> name)
    {
        if (!name.Contains('%'))
        {
            return name.ToString();
        }

        var utf8 = new byte[name.Length];
        int count = 0;
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] != '%')
            {
                if (!char.IsAscii(name[i]))
                {
                    return null;
                }

                utf8[count++] = (byte)name[i];
            }
            else if (i + 2 < name.Length && char.IsAsciiHexDigit(name[i + 1]) && char.IsAsciiHexDigit(name[i + 2]))
            {
                utf8[count++] = byte.Parse(name.Slice(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier);
                i += 2;
            }
            else
            {
                return null;
            }
        }

        return Encoding.UTF8.GetString(utf8, 0, count);
    }
}
