namespace Tidepool;

/// <summary>A condition of a <see cref="WriteBatch"/> did not hold; nothing was written.</summary>
public sealed class PreconditionFailedException : TidepoolException
{
    /// <summary>Makes an exception with a general message.</summary>
    public PreconditionFailedException()
        : base("A condition of the write did not hold.")
    {
    }

    /// <summary>Makes an exception that says what was found and what was expected.</summary>
    public PreconditionFailedException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with the failure that caused it.</summary>
    public PreconditionFailedException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The document whose condition failed, if it is known.</summary>
    public DocumentId? DocumentId { get; init; }
}
