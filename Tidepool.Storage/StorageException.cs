namespace Tidepool.Storage;

/// <summary>An object store failed, after any retries.</summary>
public class StorageException : TidepoolException
{
    private readonly bool _isTransient;

    /// <summary>Makes an exception with a general message.</summary>
    public StorageException()
        : base("The object store failed.")
    {
    }

    /// <summary>Makes an exception that says which object and what happened.</summary>
    public StorageException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with the failure that caused it.</summary>
    public StorageException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception that says whether trying again can help.</summary>
    public StorageException(string? message, bool isTransient, Exception? innerException = null)
        : base(message, innerException) => _isTransient = isTransient;

    /// <summary>True for throttling, time-outs, lost connections and 5xx answers: the request may or may not have been
    /// applied, and the same request may be sent again.</summary>
    public override bool IsTransient => _isTransient;
}
