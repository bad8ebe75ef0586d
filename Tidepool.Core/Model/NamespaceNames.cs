using System.Buffers;

namespace Tidepool.Model;

/// <summary>What a namespace may be called: 1 to 200 of A-Z a-z 0-9 . _ -, the first not a dot.</summary>
internal static class NamespaceNames
{
    internal const int MaxLength = 200;

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    internal static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxLength && name[0] != '.' && !name.ContainsAnyExcept(s_allowed);

    internal static void Validate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsValid(name))
        {
            throw new ArgumentException(
                $"'{name}' is not a namespace name: 1 to {MaxLength} of A-Z a-z 0-9 . _ -, the first not a dot.",
                nameof(name));
        }
    }
}
