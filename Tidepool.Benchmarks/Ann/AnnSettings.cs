namespace Tidepool.Benchmarks.Ann;

/// <summary>What `ann` was asked to measure.</summary>
internal sealed record AnnSettings(
    string Data,
    string Metric,
    string Store,
    int Threads,
    int Batch,
    int? Queries,
    string Index,
    int? FilterBelow,
    string? Output);
