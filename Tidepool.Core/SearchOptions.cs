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
}
