using System.Globalization;

namespace Tidepool;

/// <summary>How fresh the answer to a read must be, or of which past state. The default is <see cref="Strong"/>.
/// </summary>
public readonly record struct ReadConsistency
{
    private ReadConsistency(
        ReadConsistencyKind kind,
        TimeSpan staleness = default,
        long sequence = 0,
        DateTimeOffset time = default,
        string? tag = null)
    {
        Kind = kind;
        Staleness = staleness;
        Sequence = sequence;
        Time = time;
        Tag = tag;
    }

    /// <summary>Sees everything that any process was told is written before the read began. One small request to the
    /// store, shared by all reads that wait for it.</summary>
    public static ReadConsistency Strong => default;

    /// <summary>Sees what this process knows; no request. What this process itself wrote is always there.</summary>
    public static ReadConsistency Eventual => new(ReadConsistencyKind.Eventual);

    internal ReadConsistencyKind Kind { get; }

    /// <summary>How old the answer may be; for <see cref="Bounded"/>.</summary>
    internal TimeSpan Staleness { get; }

    /// <summary>The log position it must include, or be of; for <see cref="AtLeast"/> and <see cref="AsOf(long)"/>.
    /// </summary>
    internal long Sequence { get; }

    /// <summary>The time it must be of; for <see cref="AsOf(DateTimeOffset)"/>.</summary>
    internal DateTimeOffset Time { get; }

    /// <summary>The tag whose state it must be of; for <see cref="AsOfTag"/>.</summary>
    internal string? Tag { get; }

    /// <summary>Whether it asks for a state of the past, which never changes.</summary>
    internal bool IsPast => Kind >= ReadConsistencyKind.AsOfSequence;

    /// <summary>Sees everything that was written more than <paramref name="staleness"/> ago; a request only if this
    /// process has not looked since.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static ReadConsistency Bounded(TimeSpan staleness) => new(
        ReadConsistencyKind.Bounded,
        staleness: OptionRange.Check(staleness, TimeSpan.Zero, TimeSpan.MaxValue, nameof(staleness)));

    /// <summary>Sees at least the write with this <see cref="WriteResult.Sequence"/>, whoever made it; requests only
    /// if this process does not know it yet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static ReadConsistency AtLeast(long sequence) => new(
        ReadConsistencyKind.AtLeast,
        sequence: OptionRange.Check(sequence, 0, long.MaxValue, nameof(sequence)));

    /// <summary>Sees the documents as they were right after the write with this <see cref="WriteResult.Sequence"/>,
    /// always the same: exact searches score for score. States stay for
    /// <see cref="TidepoolOptions.HistoryRetention"/>; a read of an older one throws
    /// <see cref="SnapshotExpiredException"/>. Costs what <see cref="Strong"/> does, and the first read of a state also
    /// rebuilds it; the last few stay open.</summary>
    /// <param name="sequence">The write; 0 for the empty namespace before the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static ReadConsistency AsOf(long sequence) => new(
        ReadConsistencyKind.AsOfSequence,
        sequence: OptionRange.Check(sequence, 0, long.MaxValue, nameof(sequence)));

    /// <summary>Sees the documents as they were at a time on the store's clock: all writes that the store dates up to
    /// then. Stores date to the second or finer, and a later write can be dated like one that was read, so ask for a
    /// time that has been over for some seconds to get the same answer again. A time to come is now. Costs a few
    /// requests each time to find the write; <see cref="AsOf(long)"/> does not.</summary>
    public static ReadConsistency AsOf(DateTimeOffset time) => new(ReadConsistencyKind.AsOfTime, time: time);

    /// <summary>Sees the documents as they were when a tag was made; see
    /// <see cref="TidepoolNamespace.CreateTagAsync"/>. Costs a request each time to find the tag. If there is no such
    /// tag, the read throws <see cref="SnapshotExpiredException"/>.</summary>
    /// <exception cref="ArgumentException">The tag is empty.</exception>
    public static ReadConsistency AsOfTag(string tag)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return new ReadConsistency(ReadConsistencyKind.AsOfTag, tag: tag);
    }

    /// <summary>The level and what it is bound by.</summary>
    public override string ToString() => Kind switch
    {
        ReadConsistencyKind.Bounded => string.Create(CultureInfo.InvariantCulture, $"Bounded({Staleness})"),
        ReadConsistencyKind.AtLeast => string.Create(CultureInfo.InvariantCulture, $"AtLeast({Sequence})"),
        ReadConsistencyKind.AsOfSequence => string.Create(CultureInfo.InvariantCulture, $"AsOf({Sequence})"),
        ReadConsistencyKind.AsOfTime => string.Create(CultureInfo.InvariantCulture, $"AsOf({Time:O})"),
        ReadConsistencyKind.AsOfTag => $"AsOfTag({Tag})",
        _ => Kind.ToString(),
    };
}
