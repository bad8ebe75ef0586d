// The base of every failure lives in the lowest assembly, so that stores can derive from it; users find it in
// `Tidepool`.
#pragma warning disable IDE0130
namespace Tidepool;
#pragma warning restore IDE0130

/// <summary>Base of every failure of the database itself.</summary>
/// <remarks>
/// Bad arguments throw <see cref="ArgumentException"/>, misuse throws <see cref="InvalidOperationException"/>,
/// a disposed database throws <see cref="ObjectDisposedException"/>; everything else derives from this type.
/// </remarks>
public class TidepoolException : Exception
{
    /// <summary>Makes an exception with a general message.</summary>
    public TidepoolException()
        : base("The database failed.")
    {
    }

    /// <summary>Makes an exception that says what was found and what was expected.</summary>
    public TidepoolException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with the failure that caused it.</summary>
    public TidepoolException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The namespace that was being worked on, if one was.</summary>
    public string? Namespace { get; init; }

    /// <summary>The operation that failed, if it is known.</summary>
    public string? Operation { get; init; }

    /// <summary>Whether the same call may succeed later without any change by the caller.</summary>
    public virtual bool IsTransient => false;
}
