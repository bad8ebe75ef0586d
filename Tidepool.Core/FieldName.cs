namespace Tidepool;

/// <summary>What may be the name of a field.</summary>
internal static class FieldName
{
    internal const int MaxLength = 128;

    /// <summary>Refuses a name that no field can have. An empty one is that of the unnamed vector.</summary>
    internal static string Check(string name, bool isEmptyAllowed, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(name, parameterName);
        if (name.Length > MaxLength || (name.Length == 0 && !isEmptyAllowed))
        {
            throw new ArgumentException(
                $"The field name '{Shorten(name)}' has {name.Length} characters; expected 1 to {MaxLength}.",
                parameterName);
        }

        if (!Utf8Text.TryGetSize(name, out _))
        {
            throw new ArgumentException(
                "A field name holds half of a surrogate pair; expected Unicode text.", parameterName);
        }

        return name;
    }

    private static string Shorten(string name) => name.Length <= MaxLength ? name : name[..32] + "…";
}
