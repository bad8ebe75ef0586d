namespace Tidepool.Model;

/// <summary>Numbers of the batch payload; docs/format/batch.md describes it.</summary>
internal static class BatchFormat
{
    /// <summary>The first byte of every batch.</summary>
    internal const byte Version = 1;

    /// <summary>The largest batch: every process of the namespace must hold it in memory to read it.</summary>
    internal const long MaxSizeBytes = 256L << 20;

    /// <summary>The text length that says that a key is an integer.</summary>
    internal const ulong IntegerKeyMark = 0;
}
