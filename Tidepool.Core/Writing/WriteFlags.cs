namespace Tidepool.Writing;

/// <summary>Flags of a batch in the log. Persisted: never renumber.</summary>
internal static class WriteFlags
{
    internal const uint None = 0;

    /// <summary>The caller chose the batch's id: it is remembered, so that a repetition changes nothing.</summary>
    internal const uint Keyed = 1;
}
