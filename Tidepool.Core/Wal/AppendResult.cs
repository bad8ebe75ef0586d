namespace Tidepool.Wal;

/// <summary>The outcome of an append.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Sequence">The entry's slot if it was committed; else 0.</param>
internal readonly record struct AppendResult(AppendStatus Status, long Sequence)
{
    internal static AppendResult Superseded => new(AppendStatus.Superseded, 0);

    internal static AppendResult Overtaken => new(AppendStatus.Overtaken, 0);

    internal static AppendResult Dropped => new(AppendStatus.Dropped, 0);

    internal static AppendResult Committed(long sequence) => new(AppendStatus.Committed, sequence);
}
