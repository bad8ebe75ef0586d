namespace Tidepool.Storage;

/// <summary>One object of a listing.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="ETag">Its version tag, as <see cref="PutCondition.IfMatch"/> takes it.</param>
/// <param name="LastModified">When it was last written, on the store's clock.</param>
public readonly record struct ObjectInfo(string Key, long Length, string ETag, DateTimeOffset LastModified);
