using Tidepool.Index.Binary;

namespace Tidepool.Segments;

/// <summary>The border at which faults in segments become exceptions of the database.</summary>
internal static class SegmentFaults
{
    /// <summary>The public exception for a fault in an object.</summary>
    /// <param name="inner">The fault; it names the object itself when several are being read.</param>
    /// <param name="objectKey">The object being read.</param>
    internal static DataCorruptionException Translate(SegmentFormatException inner, string objectKey)
    {
        string key = inner.ObjectKey ?? objectKey;
        return new DataCorruptionException($"{key}, byte {inner.Offset}: {inner.Message}.", inner)
        {
            ObjectKey = key,
        };
    }
}
