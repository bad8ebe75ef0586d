using Tidepool.Index.Rows;

namespace Tidepool.Memtables;

/// <summary>A delete of the log tail.</summary>
internal sealed record Tombstone(ulong Hash, byte[] Text, long Sequence)
{
    internal DocumentKey Key => new(Hash, Text);
}
