using Tidepool.Index.Segments;
using Tidepool.Model;

namespace Tidepool.Snapshots;

/// <summary>Which segments the documents of log entries may replace rows of.</summary>
internal static class TailKeys
{
    /// <summary>Whether a segment may hold a document that a batch writes or deletes.</summary>
    /// <param name="segment">The segment; only its head is read.</param>
    /// <param name="payload">The batch.</param>
    /// <param name="schema">The fields that it was written with, and afterwards those that it leaves.</param>
    internal static bool MayHold(SegmentReader segment, ReadOnlySpan<byte> payload, ref NamespaceSchema schema)
    {
        var reader = new BatchReader(payload, schema);
        bool mayHold = false;
        while (reader.Read())
        {
            mayHold |= segment.CanHold(reader.Key);
        }

        schema = reader.Schema;
        return mayHold;
    }
}
