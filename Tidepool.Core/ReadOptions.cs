namespace Tidepool;

/// <summary>What a read returns and how fresh it must be.</summary>
public class ReadOptions
{
    /// <summary>Whether documents come with their vectors. Default: false.</summary>
    public bool IncludeVectors { get; set; }

    /// <summary>Whether documents come with their attributes. Default: true.</summary>
    public bool IncludeAttributes { get; set; } = true;

    /// <summary>How fresh the answer must be. Default: <see cref="ReadConsistency.Strong"/>.</summary>
    public ReadConsistency Consistency { get; set; }
}
