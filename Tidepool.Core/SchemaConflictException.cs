namespace Tidepool;

/// <summary>A write or an option disagrees with the fields of the namespace: dimensions, metric, type of an attribute.
/// Nothing was written.</summary>
public sealed class SchemaConflictException : TidepoolException
{
    /// <summary>Makes an exception with a general message.</summary>
    public SchemaConflictException()
        : base("The write disagrees with the schema.")
    {
    }

    /// <summary>Makes an exception that says what was found and what was expected.</summary>
    public SchemaConflictException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with the failure that caused it.</summary>
    public SchemaConflictException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The field, if it is one; empty for the unnamed vector.</summary>
    public string? Field { get; init; }

    /// <summary>What the write or option says.</summary>
    public string? Found { get; init; }

    /// <summary>What the namespace says.</summary>
    public string? Expected { get; init; }
}
