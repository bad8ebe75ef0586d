namespace Tidepool.Model;

/// <summary>A place in the log: the slot of an entry and the hash of that entry; by default, the start.</summary>
/// <param name="Sequence">The slot's number, from 1 on; 0 before the first entry.</param>
/// <param name="Hash">The entry's hash, which stands for everything up to it; 0 before the first entry.</param>
internal readonly record struct LogPosition(long Sequence, ContentHash Hash)
{
    internal static LogPosition Start => default;

    public override string ToString() => $"{Sequence} ({Hash})";
}
