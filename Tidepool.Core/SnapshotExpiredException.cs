namespace Tidepool;

/// <summary>The past state that a read asked for is no longer kept: it is older than
/// <see cref="TidepoolOptions.HistoryRetention"/>, its tag was deleted, or its namespace was.</summary>
public sealed class SnapshotExpiredException : TidepoolException
{
    /// <summary>Makes an exception with a general message.</summary>
    public SnapshotExpiredException()
        : base("The past state is no longer kept.")
    {
    }

    /// <summary>Makes an exception that says which state is gone, and which are left.</summary>
    public SnapshotExpiredException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with the failure that caused it.</summary>
    public SnapshotExpiredException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The oldest state that can still be read; null when that does not answer what was asked.</summary>
    public long? OldestSequence { get; init; }
}
