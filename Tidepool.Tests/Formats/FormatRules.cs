using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Tidepool.Index.Segments;
using Tidepool.Storage;
using Tidepool.Tests.Tidy;

namespace Tidepool.Tests.Formats;

/// <summary>What must hold between the documents of the formats, the code's constants and the golden files.</summary>
/// <remarks>docs/format.md says how a document is written so that these rules can read it.</remarks>
internal static partial class FormatRules
{
    private const BindingFlags Members =
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] s_assemblies =
        [typeof(SegmentFormat).Assembly, typeof(TidepoolOptions).Assembly, typeof(IObjectStore).Assembly];

    /// <summary>Sizes of the types of a layout table.</summary>
    private static readonly Dictionary<string, int> s_sizes = new()
    {
        ["u8"] = 1,
        ["u16"] = 2,
        ["u32"] = 4,
        ["u64"] = 8,
        ["u128"] = 16,
        ["i32"] = 4,
        ["i64"] = 8,
        ["f32"] = 4,
        ["f64"] = 8,
        ["uuid"] = 16,
    };

    /// <summary>A number with a constant's name behind it is that constant's value.</summary>
    internal static IEnumerable<Finding> CheckConstants(TextFile file)
    {
        foreach (Match match in NamedConstant().Matches(file.Text))
        {
            string name = $"{match.Groups["type"].Value}.{match.Groups["member"].Value}";
            string written = match.Groups["value"].Value;
            if (FindConstant(match.Groups["type"].Value, match.Groups["member"].Value) is not { } value)
            {
                yield return file.At(match.Index, name, "a constant of the code");
            }
            else if (!match.Groups["value"].Success || !Spellings(value).Contains(written))
            {
                string found = match.Groups["value"].Success ? written : "no number";
                yield return file.At(match.Index, $"{found} for {name}", $"`{Spellings(value).First()}`");
            }
        }
    }

    /// <summary>A type of which some document names a constant has all its constants named.</summary>
    internal static IEnumerable<Finding> CheckComplete(IReadOnlyList<TextFile> files)
    {
        Match[] named = [.. files.SelectMany(file => NamedConstant().Matches(file.Text))];
        HashSet<string> names =
            [.. named.Select(match => $"{match.Groups["type"].Value}.{match.Groups["member"].Value}")];
        foreach (string typeName in named.Select(match => match.Groups["type"].Value).Distinct())
        {
            IEnumerable<FieldInfo> constants =
                FindType(typeName)?.GetFields(Members).Where(field => field.IsLiteral && !field.IsPrivate) ?? [];
            foreach (FieldInfo constant in constants)
            {
                if (!names.Contains($"{typeName}.{constant.Name}"))
                {
                    yield return new Finding("docs/format", 0, $"no {typeName}.{constant.Name}", "all its constants");
                }
            }
        }
    }

    /// <summary>In a layout table each offset is that of the row above plus its size.</summary>
    internal static IEnumerable<Finding> CheckLayouts(TextFile file)
    {
        int next = -1;
        for (int line = 0; line < file.Lines.Length; line++)
        {
            string[] cells = SplitRow(file.Lines[line]);
            if (cells is ["offset", "bytes", "type", "name", ..])
            {
                next = int.MinValue; // Whatever the first row says.
                line++;
                continue;
            }

            if (cells.Length < 4 || next == -1)
            {
                next = -1;
                continue;
            }

            if (!TryParse(cells[0], out int offset))
            {
                yield return new Finding(file.Path, line + 1, $"offset '{cells[0]}'", "a number");
                next = -1;
                continue;
            }

            if (next != int.MinValue && offset != next)
            {
                yield return new Finding(file.Path, line + 1, $"offset {offset}", $"{next}");
            }

            bool isSized = TryParse(cells[1], out int size);
            next = isSized ? offset + size : -1; // The last row may be of any length.
            if (isSized && s_sizes.TryGetValue(cells[2], out int typeSize) && typeSize != size)
            {
                yield return new Finding(file.Path, line + 1, $"{size} bytes for {cells[2]}", $"{typeSize}");
            }
        }
    }

    /// <summary>A block of hex names a golden file, and its bytes are that file's.</summary>
    internal static IEnumerable<Finding> CheckHexDumps(TextFile file)
    {
        byte[]? golden = null;
        for (int line = 0; line < file.Lines.Length; line++)
        {
            string text = file.Lines[line];
            if (text.StartsWith("```", StringComparison.Ordinal))
            {
                golden = null;
                if (text.StartsWith("```hex", StringComparison.Ordinal))
                {
                    string path = Path.Combine(GoldenFiles.Folder, text["```hex".Length..].Trim());
                    golden = File.Exists(path) ? File.ReadAllBytes(path) : [];
                }
            }
            else if (golden is not null && CheckHexLine(golden, text) is { } wrong)
            {
                yield return new Finding(file.Path, line + 1, text, wrong);
            }
        }
    }

    private static string? CheckHexLine(byte[] golden, string line)
    {
        Match match = HexLine().Match(line);
        if (!match.Success)
        {
            return line is "..." or "" ? null : "offset, bytes, and two spaces before a remark";
        }

        int offset = int.Parse(match.Groups["offset"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        byte[] bytes = Convert.FromHexString(match.Groups["bytes"].Value.Replace(" ", "", StringComparison.Ordinal));
        ReadOnlySpan<byte> expected = golden.AsSpan(Math.Min(offset, golden.Length));
        expected = expected[..Math.Min(bytes.Length, expected.Length)];
        return expected.SequenceEqual(bytes) ? null : Convert.ToHexString(expected);
    }

    private static Type? FindType(string name) => s_assemblies
        .SelectMany(assembly => assembly.GetTypes())
        .FirstOrDefault(type => !type.IsNested && type.Name == name);

    private static object? FindConstant(string type, string member)
    {
        FieldInfo? field = FindType(type)?.GetField(member, Members);
        return field is { IsLiteral: true } ? field.GetRawConstantValue() : null;
    }

    /// <summary>How a constant may be written: as a number with or without separators, in hex, as the characters its
    /// bytes are.</summary>
    private static IEnumerable<string> Spellings(object value)
    {
        if (value is string text)
        {
            return [text];
        }

        ulong bits = value as ulong? ?? (ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture);
        byte[] bytes = BitConverter.GetBytes(bits);
        string characters = new([.. bytes.TakeWhile(b => b is > 32 and < 127).Select(b => (char)b)]);
        return
        [
            Convert.ToString(value, CultureInfo.InvariantCulture)!,
            string.Create(CultureInfo.InvariantCulture, $"{value:N0}"),
            string.Create(CultureInfo.InvariantCulture, $"0x{bits:X}"),
            string.Create(CultureInfo.InvariantCulture, $"0x{bits:X8}"),
            string.Create(CultureInfo.InvariantCulture, $"0x{bits:X16}"),
            characters,
        ];
    }

    private static string[] SplitRow(string line)
    {
        string text = Comment().Replace(line, "").Trim();
        return text.StartsWith('|') && text.EndsWith('|') && text.Length > 1
            ? [.. text[1..^1].Split('|').Select(cell => cell.Trim().Trim('`'))]
            : [];
    }

    private static bool TryParse(string cell, out int value) =>
        int.TryParse(cell, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out value);

    [GeneratedRegex(@"(?:`(?<value>[^`\n]+)`\s?)?<!--\s*(?<type>[A-Z]\w*)\.(?<member>[A-Z]\w*)\s*-->")]
    private static partial Regex NamedConstant();

    [GeneratedRegex("<!--.*?-->")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?<offset>[0-9A-Fa-f]{4,})  ?(?<bytes>[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2})*)(?:  .*)?$")]
    private static partial Regex HexLine();
}
