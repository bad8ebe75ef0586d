namespace Tidepool.Benchmarks.Ann;

/// <summary>What `ann` was asked to measure.</summary>
internal sealed record AnnSettings
{
    /// <summary>The folder of the data set.</summary>
    internal required string Data { get; init; }

    internal required DistanceMetric Metric { get; init; }

    /// <summary>Where a new database goes, unless <see cref="Database"/> is set.</summary>
    internal required string Store { get; init; }

    /// <summary>The folder of a database that is kept for the next run; null for none.</summary>
    internal required string? Database { get; init; }

    internal required int Threads { get; init; }

    internal required int Batch { get; init; }

    internal required int? Queries { get; init; }

    internal required VectorIndexKind IndexKind { get; init; }

    internal required VectorQuantization Quantization { get; init; }

    internal required ReadConsistency Consistency { get; init; }

    internal required IReadOnlyList<SearchEffort> Efforts { get; init; }

    internal required IReadOnlyList<double> RecallTargets { get; init; }

    /// <summary>Whether to try the index's own parameters too.</summary>
    internal required bool Sweep { get; init; }

    internal required IReadOnlyList<AnnFilter> Filters { get; init; }

    internal required string? Output { get; init; }
}
