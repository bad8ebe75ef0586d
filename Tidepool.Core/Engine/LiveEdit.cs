using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;
using Tidepool.Memtables;
using Tidepool.Model;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Wal;
using Tidepool.Writing;

namespace Tidepool.Engine;

/// <summary>Applies one log entry to a state: adds rows to the memtable, marks those they replace as dead.</summary>
internal sealed class LiveEdit
{
    private readonly SegmentSet _segments;
    private readonly PagedBitmap[] _segmentDead;
    private readonly PagedBitmapBuilder?[] _segmentEdits;
    private readonly Memtable _memtable;
    private readonly List<PagedBitmap> _chunkDead;
    private readonly List<PagedBitmapBuilder?> _chunkEdits = [];
    private int _vectorSizeBytes;

    internal LiveEdit(
        SegmentSet segments,
        PagedBitmap[] segmentDead,
        Memtable memtable,
        List<PagedBitmap> chunkDead,
        NamespaceSchema schema)
    {
        _segments = segments;
        _segmentDead = segmentDead;
        _segmentEdits = new PagedBitmapBuilder?[segmentDead.Length];
        _memtable = memtable;
        _chunkDead = chunkDead;
        Schema = schema;
    }

    /// <summary>The fields after what was applied so far.</summary>
    internal NamespaceSchema Schema { get; private set; }

    /// <summary>The documents added less those removed so far.</summary>
    internal RowSum RowsChange { get; private set; }

    internal BatchCounts[] Apply(WalEntry entry)
    {
        var counts = new BatchCounts[entry.Batches.Count];
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = Apply(entry.Batches[i], entry.Sequence);
        }

        return counts;
    }

    /// <summary>Puts the new bitmaps in the place of those that changed.</summary>
    internal void Freeze(PagedBitmap[] segmentDead, List<PagedBitmap> chunkDead)
    {
        for (int i = 0; i < _segmentEdits.Length; i++)
        {
            segmentDead[i] = _segmentEdits[i]?.Freeze() ?? segmentDead[i];
        }

        for (int i = 0; i < _chunkEdits.Count; i++)
        {
            chunkDead[i] = _chunkEdits[i]?.Freeze() ?? chunkDead[i];
        }
    }

    private BatchCounts Apply(WalBatch batch, long sequence)
    {
        long upserted = 0;
        long deleted = 0;
        var reader = new BatchReader(batch.Payload.Span, Schema);
        while (reader.Read())
        {
            if (reader.Kind == BatchRecordKind.Upsert)
            {
                Upsert(ref reader, sequence);
                upserted++;
            }
            else
            {
                deleted += Kill(reader.Key, _memtable.FindNewest(reader.Key)) ? 1 : 0;
                _memtable.AddTombstone(reader.Key, sequence);
            }
        }

        Schema = reader.Schema;
        return new BatchCounts(batch.Id, (batch.Flags & WriteFlags.Keyed) != 0, upserted, deleted);
    }

    private void Upsert(ref BatchReader reader, long sequence)
    {
        long previous = _memtable.FindNewest(reader.Key);
        Kill(reader.Key, previous);
        _vectorSizeBytes = VectorSizeBytes(reader.Schema);
        MemtableLocation location = _memtable.Append(reader.Key, sequence, previous, _vectorSizeBytes);
        RowsChange += RowSum.Of(reader.Key.Hash, sequence);
        MemtableChunk chunk = _memtable.Chunks[^1];
        if (_chunkDead.Count < _memtable.Chunks.Length)
        {
            _chunkDead.Add(PagedBitmap.Empty(chunk.Capacity));
        }

        while (reader.ReadVector(out BatchVector vector))
        {
            chunk.GetOrAddVectors(vector.Field.Name, vector.Field.Dimensions).Set(location.Ordinal, vector.Bytes);
        }

        while (reader.ReadAttribute(out BatchAttribute attribute))
        {
            ColumnWriter.Set(
                chunk.GetOrAddAttribute(attribute.Field.Name, attribute.Field.Type), location.Ordinal, attribute.Value);
        }
    }

    /// <summary>Marks the live row of an id as dead, if there is one.</summary>
    private bool Kill(DocumentKey key, long newest)
    {
        if (newest != MemtableChunk.NoPrevious)
        {
            MemtableLocation location = MemtableLocation.FromPacked(newest);
            int chunk = location.ChunkNumber - _memtable.Chunks[0].Number;
            if (Edit(chunk).Set(location.Ordinal))
            {
                RowsChange -= RowSum.Of(key.Hash, _memtable.Chunks[chunk].GetSequence(location.Ordinal));
                return true;
            }
        }

        for (int i = _segmentDead.Length - 1; i >= 0; i--)
        {
            SegmentHandle handle = _segments.Handles[i];
            foreach (int ordinal in handle.Reader.FindOrdinals(key))
            {
                if (!IsDead(i, ordinal))
                {
                    (_segmentEdits[i] ??= _segmentDead[i].Edit()).Set(ordinal);
                    RowsChange -= RowSum.Of(key.Hash, handle.Reader.GetSequence(ordinal));
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsDead(int segment, int ordinal) =>
        _segmentEdits[segment] is { } edit ? edit[ordinal] : _segmentDead[segment][ordinal];

    private PagedBitmapBuilder Edit(int chunk)
    {
        while (_chunkEdits.Count <= chunk)
        {
            _chunkEdits.Add(null);
        }

        return _chunkEdits[chunk] ??= _chunkDead[chunk].Edit();
    }

    private static int VectorSizeBytes(NamespaceSchema schema)
    {
        int sizeBytes = 0;
        foreach (VectorField field in schema.Vectors)
        {
            sizeBytes += field.Dimensions * sizeof(float);
        }

        return sizeBytes;
    }
}
