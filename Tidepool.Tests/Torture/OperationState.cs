namespace Tidepool.Tests.Torture;

/// <summary>What is known of an announced write.</summary>
internal enum OperationState
{
    /// <summary>Announced; its process is alive and has not said more.</summary>
    Pending,

    /// <summary>Its process has an answer from the database: it is durable.</summary>
    Acknowledged,

    /// <summary>Its process has an answer from the database: it never took effect and never will.</summary>
    Failed,

    /// <summary>Its process was killed, or the database could not tell.</summary>
    InDoubt,
}
