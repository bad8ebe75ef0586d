namespace Tidepool.Storage.Metering;

/// <summary>What one kind of operation has done so far.</summary>
/// <param name="Requests">Number of calls that have ended, whatever their outcome.</param>
/// <param name="Misses">Of those, gets that found no object, and puts whose condition did not hold.</param>
/// <param name="Failures">Of those, calls that threw, a cancellation included.</param>
/// <param name="Bytes">Bytes of content that were read, or written: those of failed and refused calls not counted.
/// Zero for deletes and lists.</param>
/// <param name="Latency">Sum of the times that calls took, those of failed ones included.</param>
public readonly record struct OperationUsage(long Requests, long Misses, long Failures, long Bytes, TimeSpan Latency)
{
    /// <summary>Gets that found an object and puts that wrote one: calls that neither missed nor failed.</summary>
    public long Hits => Requests - Misses - Failures;

    /// <summary>The usage between an earlier snapshot and this one.</summary>
    public OperationUsage Since(OperationUsage earlier) =>
        new(
            Requests - earlier.Requests,
            Misses - earlier.Misses,
            Failures - earlier.Failures,
            Bytes - earlier.Bytes,
            Latency - earlier.Latency);
}
