using Tidepool.Storage.Metering;

namespace Tidepool.Benchmarks.Cold;

/// <summary>What one cold start took.</summary>
/// <param name="Opened">Until the database was open.</param>
/// <param name="Answered">Until the first query was answered.</param>
/// <param name="Usage">What was asked of the store.</param>
/// <param name="Ids">The documents that were found.</param>
/// <param name="BytesFetched">Bytes of segments that the query waited for.</param>
/// <param name="OpeningTrips">Requests that followed each other until the database was open.</param>
/// <param name="RoundTrips">The same until the first query was answered.</param>
internal sealed record ColdStart(
    TimeSpan Opened,
    TimeSpan Answered,
    StoreUsage Usage,
    long[] Ids,
    long BytesFetched,
    int OpeningTrips,
    int RoundTrips)
{
    /// <summary>What the first query took, from an open database to its answer.</summary>
    internal TimeSpan FirstQuery => Answered - Opened;

    /// <summary>How many requests of the first query followed each other.</summary>
    internal int FirstQueryTrips => RoundTrips - OpeningTrips;
}
