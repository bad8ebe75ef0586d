using System.Globalization;

namespace Tidepool;

/// <summary>How fresh the answer to a read must be. The default is <see cref="Strong"/>.</summary>
public readonly record struct ReadConsistency
{
    private ReadConsistency(ReadConsistencyKind kind, TimeSpan staleness = default, long sequence = 0)
    {
        Kind = kind;
        Staleness = staleness;
        Sequence = sequence;
    }

    /// <summary>Sees everything that any process was told is written before the read began. One small request to the
    /// store, shared by all reads that wait for it.</summary>
    public static ReadConsistency Strong => default;

    /// <summary>Sees what this process knows; no request. What this process itself wrote is always there.</summary>
    public static ReadConsistency Eventual => new(ReadConsistencyKind.Eventual);

    internal ReadConsistencyKind Kind { get; }

    /// <summary>How old the answer may be; for <see cref="Bounded"/>.</summary>
    internal TimeSpan Staleness { get; }

    /// <summary>The log position it must include; for <see cref="AtLeast"/>.</summary>
    internal long Sequence { get; }

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

    /// <summary>The level and what it is bound by.</summary>
    public override string ToString() => Kind switch
    {
        ReadConsistencyKind.Bounded => string.Create(CultureInfo.InvariantCulture, $"Bounded({Staleness})"),
        ReadConsistencyKind.AtLeast => string.Create(CultureInfo.InvariantCulture, $"AtLeast({Sequence})"),
        _ => Kind.ToString(),
    };
}
