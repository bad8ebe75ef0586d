using Tidepool.Storage.Metering;

namespace Tidepool.Benchmarks.Cold;

/// <summary>What one cold start took.</summary>
/// <param name="Opened">Until the database was open.</param>
/// <param name="Answered">Until the first query was answered.</param>
/// <param name="Usage">What was asked of the store.</param>
/// <param name="Hits">How many documents were found.</param>
internal sealed record ColdStart(TimeSpan Opened, TimeSpan Answered, StoreUsage Usage, int Hits);
