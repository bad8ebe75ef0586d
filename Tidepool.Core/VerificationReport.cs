namespace Tidepool;

/// <summary>What reading every byte of a namespace found.</summary>
public sealed record VerificationReport
{
    /// <summary>Whether nothing is damaged.</summary>
    public bool IsIntact => Problems.Count == 0;

    /// <summary>How many objects were read.</summary>
    public long Objects { get; init; }

    /// <summary>How many bytes were read.</summary>
    public long Bytes { get; init; }

    /// <summary>How many documents they hold, deleted ones left out.</summary>
    public long Documents { get; init; }

    /// <summary>What is damaged or missing.</summary>
    public IReadOnlyList<VerificationProblem> Problems { get; init; } = [];
}
