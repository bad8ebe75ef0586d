namespace Tidepool.Tests.Torture;

/// <summary>What is known of something that is made and ended by its name: a tag, a copy.</summary>
internal enum LifeState
{
    /// <summary>Never made, or its end was acknowledged.</summary>
    Absent,

    /// <summary>Is being made, or its maker was killed, or could not be told.</summary>
    Beginning,

    /// <summary>Its maker was told that it is there, or somebody saw it.</summary>
    There,

    /// <summary>Is being ended, or who did that was killed, or could not be told.</summary>
    Ending,
}
