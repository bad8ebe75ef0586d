namespace Tidepool;

/// <summary>More of the log waits to be made into segments than <see cref="TidepoolOptions.MaxUnindexedBytes"/> allows,
/// and nothing here is working it off. Nothing was written; compact the namespace, or try again later.</summary>
public sealed class BackpressureException : TidepoolException
{
    /// <summary>Makes an exception with a general message.</summary>
    public BackpressureException()
        : base("Too much of the log waits to be made into segments.")
    {
    }

    /// <summary>Makes an exception that says what was found and what was expected.</summary>
    public BackpressureException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with the failure that caused it.</summary>
    public BackpressureException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>How many bytes wait.</summary>
    public long UnindexedBytes { get; init; }

    /// <summary>True: the same write succeeds once the log has been worked off.</summary>
    public override bool IsTransient => true;
}
