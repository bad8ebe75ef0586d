namespace Tidepool.Storage.Metering;

/// <summary>What a store has been asked so far, by kind of operation.</summary>
/// <param name="Get">Gets and reads, whole or ranged.</param>
/// <param name="Put">Puts, conditional or not.</param>
/// <param name="Upload">Uploads; one each, however many requests the store makes of it.</param>
/// <param name="Delete">Deletes; one per call, however many keys it names.</param>
/// <param name="List">Pages of listings.</param>
public readonly record struct StoreUsage(
    OperationUsage Get, OperationUsage Put, OperationUsage Upload, OperationUsage Delete, OperationUsage List)
{
    /// <summary>Number of calls of every kind.</summary>
    public long Requests => Get.Requests + Put.Requests + Upload.Requests + Delete.Requests + List.Requests;

    /// <summary>Number of calls of every kind that threw.</summary>
    public long Failures => Get.Failures + Put.Failures + Upload.Failures + Delete.Failures + List.Failures;

    /// <summary>The usage between an earlier snapshot and this one.</summary>
    public StoreUsage Since(StoreUsage earlier) =>
        new(
            Get.Since(earlier.Get),
            Put.Since(earlier.Put),
            Upload.Since(earlier.Upload),
            Delete.Since(earlier.Delete),
            List.Since(earlier.List));
}
