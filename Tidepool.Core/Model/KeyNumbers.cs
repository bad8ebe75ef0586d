using System.Globalization;

namespace Tidepool.Model;

/// <summary>Numbers in keys: 20 digits, so that byte order is numeric order; inverted ones list the newest first.
/// </summary>
internal static class KeyNumbers
{
    internal const int Length = 20;

    internal static string Ascending(long number) => ((ulong)number).ToString("D20", CultureInfo.InvariantCulture);

    internal static string Descending(long number) =>
        (ulong.MaxValue - (ulong)number).ToString("D20", CultureInfo.InvariantCulture);

    internal static bool TryParseAscending(ReadOnlySpan<char> text, out long number) =>
        TryParse(text, out ulong value) & (number = (long)value) >= 0;

    internal static bool TryParseDescending(ReadOnlySpan<char> text, out long number) =>
        TryParse(text, out ulong value) & (number = (long)(ulong.MaxValue - value)) >= 0;

    private static bool TryParse(ReadOnlySpan<char> text, out ulong value)
    {
        value = 0;
        return text.Length == Length
            && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
