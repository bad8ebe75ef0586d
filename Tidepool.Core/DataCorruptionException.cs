namespace Tidepool;

/// <summary>Stored bytes fail their checksum, contradict each other, or have a format version that this release does
/// not know.</summary>
public sealed class DataCorruptionException : TidepoolException
{
    /// <summary>Makes an exception with a general message.</summary>
    public DataCorruptionException()
        : base("Stored data is damaged.")
    {
    }

    /// <summary>Makes an exception that says what was found and what was expected.</summary>
    public DataCorruptionException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with the failure that caused it.</summary>
    public DataCorruptionException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The damaged object, or the one that contradicts the others.</summary>
    public string? ObjectKey { get; init; }
}
