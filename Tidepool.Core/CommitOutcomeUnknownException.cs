namespace Tidepool;

/// <summary>A write may or may not be durable, now or soon: neither could be proven. It is never repeated silently.
/// </summary>
/// <remarks>Whether it took effect can be asked later by <see cref="BatchId"/>. Writing again under the same
/// idempotency key is safe: the batch takes effect once.</remarks>
public sealed class CommitOutcomeUnknownException : TidepoolException
{
    /// <summary>Makes an exception with a general message.</summary>
    public CommitOutcomeUnknownException()
        : base("The write may or may not be durable.")
    {
    }

    /// <summary>Makes an exception that says what was tried and what is known.</summary>
    public CommitOutcomeUnknownException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with the failure that caused it.</summary>
    public CommitOutcomeUnknownException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The write in question.</summary>
    public Guid BatchId { get; init; }
}
