using System.Runtime.CompilerServices;

namespace Tidepool;

/// <summary>Refuses settings out of their range, naming the setting, what was found and what was expected.</summary>
internal static class OptionRange
{
    internal static T Check<T>(T value, T min, T max, [CallerMemberName] string name = "")
        where T : IComparable<T> =>
        value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"{name} is {value}; expected {min} to {max}."));

    internal static T CheckDefined<T>(T value, [CallerMemberName] string name = "")
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                name, value, $"{name} is {value:D}; expected a member of {typeof(T).Name}.");
}
