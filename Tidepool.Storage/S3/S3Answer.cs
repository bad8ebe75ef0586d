namespace Tidepool.Storage.S3;

/// <summary>What came of a request: a value, or one of the failures that the sender takes as an answer.</summary>
internal readonly record struct S3Answer<T>(T Value, S3Failure? Failure, DateTimeOffset? StoreTime);
