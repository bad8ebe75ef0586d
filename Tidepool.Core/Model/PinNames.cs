namespace Tidepool.Model;

/// <summary>What pins are called: tags, which users make, like namespaces; those that Tidepool makes for itself, a
/// word, a slash and an id. So the two never meet.</summary>
internal static class PinNames
{
    private const int MaxWordLength = 32;
    private const char OwnSeparator = '/';
    private const string BranchWord = "branch";

    /// <summary>Keeps what a copy of the namespace shares with it.</summary>
    internal static string ForBranch(Guid branchId) => $"{BranchWord}{OwnSeparator}{branchId}";

    /// <summary>The namespace that a pin was made for as its branch; false for other pins.</summary>
    internal static bool TryParseBranch(string name, out Guid branchId)
    {
        branchId = Guid.Empty;
        return IsOwn(name)
            && name.AsSpan(0, name.IndexOf(OwnSeparator)).SequenceEqual(BranchWord)
            && Guid.TryParseExact(name.AsSpan(BranchWord.Length + 1), "D", out branchId);
    }

    /// <summary>Whether a user can have made the pin.</summary>
    internal static bool IsTag(ReadOnlySpan<char> name) => NamespaceNames.IsValid(name);

    /// <summary>Whether Tidepool made the pin for itself.</summary>
    internal static bool IsOwn(ReadOnlySpan<char> name)
    {
        int end = name.IndexOf(OwnSeparator);
        return end is > 0 and <= MaxWordLength && !name[..end].ContainsAnyExceptInRange('a', 'z')
            && Guid.TryParseExact(name[(end + 1)..], "D", out _);
    }

    internal static bool IsValid(ReadOnlySpan<char> name) => IsTag(name) || IsOwn(name);

    internal static void ValidateTag(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (!IsTag(tag))
        {
            throw new ArgumentException(
                $"'{tag}' is not a tag: 1 to {NamespaceNames.MaxLength} of A-Z a-z 0-9 . _ -, the first not a dot.",
                nameof(tag));
        }
    }
}
