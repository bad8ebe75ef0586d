namespace Tidepool.Tests.Simulation;

/// <summary>What a writer of the model is doing.</summary>
internal enum WalModelPhase
{
    Idle,

    /// <summary>Its put is under way for the first time.</summary>
    Putting,

    /// <summary>An attempt of its put may have been, or may yet be, applied.</summary>
    InDoubt,

    /// <summary>It knows that the slot holds its batch, and has to decide what that proves.</summary>
    Created,

    /// <summary>It knows that the namespace was dropped.</summary>
    Stopped,
}
