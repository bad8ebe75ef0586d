using System.Text.RegularExpressions;

namespace Tidepool.Tests.Tidy;

/// <summary>Rules over C# source.</summary>
internal static partial class SourceRules
{
    internal const int MaxLines = 400;
    internal const int MaxColumns = 120;

    /// <summary>Files that may be longer than <see cref="MaxLines"/>, with their exact length: it may only go
    /// down.</summary>
    internal static readonly Dictionary<string, int> LongFiles = [];

    /// <summary>Files outside Tidepool.Index/Distance that may hold raw references, and why.</summary>
    internal static readonly Dictionary<string, string> RawReferenceFiles = new()
    {
        ["Tidepool.Core/Segments/MappedFile.cs"] = "a span over a memory map has to be made from its address.",
        ["Tidepool.Index/Binary/NativeArray.cs"] = "a span over memory outside the heap is made from its address.",
        ["Tidepool.Storage/Files/SharedClock.cs"] = "Interlocked needs a reference into the mapped clock.",
        ["Tidepool.Tests/Support/GuardedMemory.cs"] = "a span over pages has to be made from their address.",
    };

    internal static IReadOnlyList<TidyRule> All =>
    [
        new("files stay under 400 lines", CheckLength, "Tidepool.Core/Long.cs", new string('\n', MaxLines + 1)),
        new("lines stay within 120 columns", CheckColumns, "Tidepool.Core/Wide.cs", new string('x', MaxColumns + 1)),
        new("one top-level type per file, which bears its name", CheckTypes, "Tidepool.Core/A.cs",
            "namespace Tidepool;\ninternal sealed class B\n{\n    private sealed class Nested;\n}\n"),
        new("a second top-level type goes elsewhere", CheckTypes, "Tidepool.Core/A.cs",
            "namespace Tidepool;\ninternal sealed class A<T>;\ninternal delegate int Other(int x);\n"),
        new("names say what a thing is", CheckNames, "Tidepool.Core/StringUtils.cs",
            "internal static class StringUtils;"),
        new("nothing is left unimplemented", CheckUnimplemented, "Tidepool.Core/A.cs",
            "class A { int B() => throw new NotImplementedException(); }"),
        new("raw references stay with the kernels", CheckRawReferences, "Tidepool.Core/A.cs",
            "class A { ref byte B(Span<byte> s) => ref MemoryMarshal.GetReference(s); }"),
        new("no test is switched off for ever", CheckIgnoredTests, "Tidepool.Tests/ATests.cs",
            "class ATests { [Test, Ignore(\"later\")] public void B() { } }"),
    ];

    internal static bool HasRawReference(TextFile file) => RawReference().IsMatch(file.Code);

    private static IEnumerable<Finding> CheckLength(TextFile file)
    {
        return file.IsSource && file.LineCount > MaxLines && !LongFiles.ContainsKey(file.Path)
            ? [new Finding(file.Path, MaxLines, $"{file.LineCount} lines", $"at most {MaxLines}")]
            : [];
    }

    private static IEnumerable<Finding> CheckColumns(TextFile file) => !file.IsSource ? [] : file.Lines
        .Index()
        .Where(line => line.Item.Length > MaxColumns)
        .Select(line => new Finding(
            file.Path, line.Index + 1, $"{line.Item.Length} columns", $"at most {MaxColumns}"));

    private static IEnumerable<Finding> CheckTypes(TextFile file)
    {
        if (!file.IsSource)
        {
            yield break;
        }

        int count = 0;
        foreach ((string name, int position) in TopLevelTypes(file.Code))
        {
            if (++count > 1)
            {
                yield return file.At(position, $"a second top-level type, {name}", "a file of its own");
            }
            else if (name != file.Stem)
            {
                yield return file.At(position, $"type {name}", $"type {file.Stem}, as the file is named");
            }
        }
    }

    private static IEnumerable<(string Name, int Position)> TopLevelTypes(string code)
    {
        int depth = 0;
        int position = 0;
        foreach (Match match in TypeDeclaration().Matches(code))
        {
            for (; position < match.Index; position++)
            {
                depth += code[position] is '{' or '(' ? 1 : code[position] is '}' or ')' ? -1 : 0;
            }

            if (depth == 0)
            {
                yield return (match.Groups["name"].Value, match.Index);
            }
        }
    }

    private static IEnumerable<Finding> CheckNames(TextFile file)
    {
        if (!file.IsSource)
        {
            yield break;
        }

        foreach (string part in file.Path.Split('/', '.'))
        {
            if (VagueWord().Match(part) is { Success: true } word)
            {
                yield return new Finding(file.Path, 1, $"'{word.Value}' in a file's or folder's name", "what it does");
            }
        }

        foreach (Match match in TypeDeclaration().Matches(file.Code))
        {
            string name = match.Groups["name"].Value;
            if (name != file.Stem && VagueWord().Match(name) is { Success: true } word)
            {
                yield return file.At(match.Index, $"'{word.Value}' in type {name}", "what it does");
            }
        }
    }

    private static IEnumerable<Finding> CheckUnimplemented(TextFile file) => !file.IsSource ? [] : Unimplemented()
        .Matches(file.Code)
        .Select(match => file.At(match.Index, match.Value, "the real thing"));

    private static IEnumerable<Finding> CheckRawReferences(TextFile file)
    {
        bool allowed = !file.IsSource
            || file.Path.StartsWith("Tidepool.Index/Distance/", StringComparison.Ordinal)
            || RawReferenceFiles.ContainsKey(file.Path);
        return allowed ? [] : RawReference().Matches(file.Code).Select(match => file.At(
            match.Index,
            $"'{match.Value}'",
            "spans here; raw references in Tidepool.Index/Distance, or a reason in SourceRules.RawReferenceFiles"));
    }

    private static IEnumerable<Finding> CheckIgnoredTests(TextFile file) => !file.IsSource ? [] : IgnoredTest()
        .Matches(file.Code)
        .Select(match => file.At(match.Index, $"'{match.Value}'", "a test that runs, or none"));

    [GeneratedRegex(@"\b(?:(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+(?<name>[A-Z]\w*)"
        + @"|delegate\s+[^;(){}=]+?\b(?<name>[A-Z]\w*)\s*(?:<[^>]*>)?\s*\()")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex("(?:Helper|Util|Utilitie|Utility|Manager|Common)s?(?![a-z])")]
    private static partial Regex VagueWord();

    [GeneratedRegex(@"\bNotImplementedException\b")]
    private static partial Regex Unimplemented();

    [GeneratedRegex(@"\bUnsafe\s*\.|\bMemoryMarshal\s*\.\s*(?:Get(?:ArrayData)?Reference|Create(?:ReadOnly)?Span)\b"
        + @"|\b(?:Load|Store)(?:Aligned)?(?:NonTemporal)?Unsafe\b|\bunsafe\b"
        + @"|\bfixed\s*\(|\bDangerousGet\w+|\bAcquirePointer\b")]
    private static partial Regex RawReference();

    [GeneratedRegex(@"(?<!\bAssert\s*\.\s*)\bIgnore\s*\(|\bExplicit\b(?=\s*[(\],])"
        + @"|\bAssert\s*\.\s*(?:Pass|Inconclusive)\b")]
    private static partial Regex IgnoredTest();
}
