namespace Tidepool.Benchmarks.Ingest;

/// <summary>What `ingest` was asked to measure.</summary>
internal sealed record IngestSettings(
    string Store, int Documents, int Dimensions, int Batch, int Callers, string? Output);
