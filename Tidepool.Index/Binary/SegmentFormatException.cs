namespace Tidepool.Index.Binary;

/// <summary>Stored bytes do not follow their format; the caller, who knows the object's key, translates it.</summary>
internal sealed class SegmentFormatException : Exception
{
    internal SegmentFormatException(string message, long offset, Exception? inner = null)
        : base(message, inner) => Offset = offset;

    /// <summary>Where in the object, in bytes from its start, the fault was found.</summary>
    internal long Offset { get; }

    /// <summary>The object's key, if the object itself told it; null otherwise.</summary>
    internal string? ObjectKey { get; init; }
}
