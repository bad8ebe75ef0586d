namespace Tidepool.Storage.InMemory;

/// <summary>One version of an object in memory; immutable, so that clones of a store share it.</summary>
internal sealed record StoredObject(ReadOnlyMemory<byte> Data, string ETag, DateTimeOffset LastModified);
