namespace Tidepool.Storage;

/// <summary>Part of an object.</summary>
/// <param name="Offset">First byte, from the start of the object; not negative.</param>
/// <param name="Length">Number of bytes, at least 1; the answer is shorter when the object ends before.</param>
public readonly record struct ObjectRange(long Offset, long Length);
