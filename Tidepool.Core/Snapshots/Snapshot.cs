using Tidepool.Index.Rows;
using Tidepool.Memtables;
using Tidepool.Model;

namespace Tidepool.Snapshots;

/// <summary>A namespace at one position of its log: segments, the visible rows of the memtable, what is dead.</summary>
/// <remarks>Immutable. A reader pins it with <see cref="TryPin"/> for as long as it reads: only until then are the
/// segments mapped and the memtable's vectors there.</remarks>
internal sealed class Snapshot(
    SegmentSet segments,
    Memtable memtable,
    ChunkView[] chunks,
    SnapshotSource[] sources,
    ReadOnlyMemory<Tombstone> tombstones,
    LogPosition head,
    NamespaceSchema schema,
    RowSum rows)
{
    internal SegmentSet Segments { get; } = segments;

    internal Memtable Memtable { get; } = memtable;

    internal ChunkView[] Chunks { get; } = chunks;

    /// <summary>Segments in the manifest's order, then memtable chunks, oldest first.</summary>
    internal SnapshotSource[] Sources { get; } = sources;

    /// <summary>The deletes of the log's tail, in log order.</summary>
    internal ReadOnlyMemory<Tombstone> Tombstones { get; } = tombstones;

    internal LogPosition Head { get; } = head;

    internal NamespaceSchema Schema { get; } = schema;

    /// <summary>All live documents, counted as the log was applied, not from the sources.</summary>
    internal RowSum Rows { get; } = rows;

    internal long DocumentCount
    {
        get
        {
            long count = 0;
            foreach (SnapshotSource source in Sources)
            {
                count += source.LiveCount;
            }

            return count;
        }
    }

    internal bool TryPin()
    {
        if (!Memtable.TryAcquire())
        {
            return false;
        }

        if (Segments.TryAcquire())
        {
            return true;
        }

        Memtable.Release();
        return false;
    }

    internal void Unpin()
    {
        Segments.Release();
        Memtable.Release();
    }

    /// <summary>Unpins all but the segments, which the caller is to release.</summary>
    internal SegmentSet UnpinMemtable()
    {
        Memtable.Release();
        return Segments;
    }

    /// <summary>The source of a memtable chunk, or null when the snapshot does not have it.</summary>
    internal SnapshotSource? FindChunk(int number)
    {
        int position = Chunks.Length == 0 ? -1 : number - Chunks[0].Chunk.Number;
        return (uint)position < (uint)Chunks.Length ? Sources[Sources.Length - Chunks.Length + position] : null;
    }

    /// <summary>The live row of an id, if there is one.</summary>
    internal bool TryFind(DocumentKey key, out int source, out int ordinal)
    {
        int segmentCount = Sources.Length - Chunks.Length;
        if (Chunks.Length > 0 &&
            Memtable.FindVisible(key, Chunks[0].Chunk.Number, Chunks) is MemtableLocation location)
        {
            source = segmentCount + location.ChunkNumber - Chunks[0].Chunk.Number;
            ordinal = location.Ordinal;
            if (Sources[source].IsLive(ordinal))
            {
                return true;
            }
        }

        for (source = segmentCount - 1; source >= 0; source--)
        {
            foreach (int match in Segments.Handles[source].Reader.FindOrdinals(key))
            {
                if (!Sources[source].Dead[match])
                {
                    ordinal = match;
                    return true;
                }
            }
        }

        ordinal = -1;
        return false;
    }
}
