using System.Globalization;

namespace Tidepool.Tests.Crashes;

/// <summary>Where in what a process does something happens to it.</summary>
/// <param name="Request">The number of its request, from 1 on; 0 for nowhere.</param>
/// <param name="Kind">What happens.</param>
internal readonly record struct CrashPoint(int Request, CrashKind Kind)
{
    /// <summary>As options name it: a number and a kind, such as 12Before; empty for nowhere.</summary>
    internal static CrashPoint Parse(string text)
    {
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return digits == 0
            ? default
            : new CrashPoint(
                int.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture),
                Enum.Parse<CrashKind>(text.AsSpan(digits)));
    }

    public override string ToString() =>
        Kind == CrashKind.None ? "" : string.Create(CultureInfo.InvariantCulture, $"{Request}{Kind}");
}
