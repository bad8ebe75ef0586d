using System.Globalization;

namespace Tidepool.Tests.Support;

/// <summary>Arguments of a command: names, each with a value.</summary>
internal sealed class CommandArguments
{
    private readonly Dictionary<string, string> _values = [];

    internal CommandArguments(string[] arguments)
    {
        for (int index = 0; index < arguments.Length; index += 2)
        {
            _values.Add(arguments[index], index + 1 < arguments.Length ? arguments[index + 1] : "");
        }
    }

    /// <summary>Takes a value; null if it is not given.</summary>
    internal string? Take(string name) => _values.Remove(name, out string? text) ? text : null;

    /// <summary>Takes a number.</summary>
    internal long TakeNumber(string name, long other) =>
        Take(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : other;

    /// <exception cref="ArgumentException">Something was given that nobody took.</exception>
    internal void ExpectEmpty()
    {
        if (_values.Count > 0)
        {
            throw new ArgumentException($"No option {_values.Keys.First()}.");
        }
    }
}
