using Tidepool.Model;

namespace Tidepool.Tests.Simulation;

/// <summary>A key of the store, taken apart.</summary>
internal readonly record struct StoreName(string Text, Guid Incarnation, bool IsLog, bool IsManifest, long Number)
{
    private const int PrefixLength = 43; // d/{id}/man/

    internal bool IsRecord => Text.StartsWith("ns/", StringComparison.Ordinal);

    internal bool IsPin => Text.Contains("/tag/", StringComparison.Ordinal);

    internal bool IsDeletions => Text.Contains("/del-", StringComparison.Ordinal);

    internal static StoreName Of(string key)
    {
        bool isData = key.StartsWith("d/", StringComparison.Ordinal) && key.Length == PrefixLength + KeyNumbers.Length;
        if (isData && Guid.TryParse(key.AsSpan(2, 36), out Guid id))
        {
            if (key.Contains("/wal/", StringComparison.Ordinal) &&
                KeyNumbers.TryParseAscending(key.AsSpan(PrefixLength), out long sequence))
            {
                return new StoreName(key, id, IsLog: true, IsManifest: false, sequence);
            }

            if (key.Contains("/man/", StringComparison.Ordinal) &&
                KeyNumbers.TryParseDescending(key.AsSpan(PrefixLength), out long generation))
            {
                return new StoreName(key, id, IsLog: false, IsManifest: true, generation);
            }
        }

        long record = 0;
        bool isRecord = key.StartsWith("ns/", StringComparison.Ordinal) && key.Length > KeyNumbers.Length &&
            KeyNumbers.TryParseDescending(key.AsSpan(key.Length - KeyNumbers.Length), out record);
        return new StoreName(key, default, IsLog: false, IsManifest: false, isRecord ? record : 0);
    }

    /// <summary>The name of another slot, or generation, of the same incarnation.</summary>
    internal string WithNumber(long number) => string.Concat(
        Text.AsSpan(0, PrefixLength), IsLog ? KeyNumbers.Ascending(number) : KeyNumbers.Descending(number));
}
