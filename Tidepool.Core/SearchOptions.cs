namespace Tidepool;

/// <summary>Which documents a search considers and returns.</summary>
public sealed class SearchOptions : ReadOptions
{
    /// <summary>Only documents that match take part. Default: null, all.</summary>
    public Filter? Filter { get; set; }

    /// <summary>The vector field to search. Default: null, the only one there is, or else the unnamed one.</summary>
    /// <exception cref="ArgumentException">The name is longer than 128 characters, or is not Unicode text.</exception>
    public string? Field
    {
        get;
        set => field = value is null ? null : FieldName.Check(value, isEmptyAllowed: true, nameof(Field));
    }

    /// <summary>How many of the best hits to leave out. Default: 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Skip
    {
        get;
        set => field = OptionRange.Check(value, 0, int.MaxValue);
    }

    /// <summary>The worst score a hit may have, inclusive: a floor for similarities, a ceiling for distances. Default:
    /// null, any.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number.</exception>
    public double? ScoreThreshold
    {
        get;
        set => field = value is { } threshold && double.IsNaN(threshold)
            ? throw new ArgumentOutOfRangeException(nameof(value), value, "ScoreThreshold is NaN; expected a number.")
            : value;
    }

    /// <summary>How hard to try, where vectors have an index. Default: <see cref="SearchEffort.Default"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an effort.</exception>
    public SearchEffort Effort
    {
        get;
        set => field = OptionRange.CheckDefined(value);
    }

    /// <summary>The share of the true hits to aim at, above 0 and below 1; wins over <see cref="Effort"/>. Default:
    /// null, as the effort says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public double? RecallTarget
    {
        get;
        set => field = value is not { } target || (target > 0 && target < 1)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(RecallTarget),
                value,
                FormattableString.Invariant($"RecallTarget is {target}; expected more than 0 and less than 1."));
    }

    /// <summary>How many cells to scan of each <see cref="VectorIndexKind.Ivf"/> index, instead of as many as the
    /// recall aimed at takes. Default: null; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int? ProbeCount
    {
        get;
        set => field = value is { } count ? OptionRange.Check(count, 1, int.MaxValue, nameof(ProbeCount)) : null;
    }

    /// <summary>How many candidates to keep in each <see cref="VectorIndexKind.Hnsw"/> graph, instead of as many as the
    /// recall aimed at takes. Default: null; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int? EfSearch
    {
        get;
        set => field = value is { } count ? OptionRange.Check(count, 1, int.MaxValue, nameof(EfSearch)) : null;
    }
}
