using System.Collections.Immutable;
using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>What a look over all rows tells about a segment to be built, before its first byte is written.</summary>
internal sealed class SegmentPlan
{
    private readonly IReadOnlyList<IRowSource> _sources;
    private readonly RowLocation[] _order;

    internal SegmentPlan(SegmentSpec spec, IReadOnlyList<IRowSource> sources, RowLocation[] order)
    {
        if (order.Length is 0 or > SegmentFormat.MaxRowCount)
        {
            throw new ArgumentException(
                $"A segment has 1 to {SegmentFormat.MaxRowCount} rows, not {order.Length}.", nameof(order));
        }

        _sources = sources;
        _order = order;
        KeyHashes = new ulong[order.Length];
        PaddingWords = new ulong[BitWords.CountFor(order.Length)];
        ScanRows();
        if (DocumentCount == 0)
        {
            throw new ArgumentException("A segment holds at least one document.", nameof(order));
        }

        Fields = [.. spec.Fields.Select(PlanField).OfType<FieldPlan>()];
    }

    /// <summary>The hash of each row's id; 0 for padding.</summary>
    internal ulong[] KeyHashes { get; }

    /// <summary>A bit per row that holds no document.</summary>
    internal ulong[] PaddingWords { get; }

    internal int RowCount => _order.Length;

    internal SegmentFlags Flags { get; private set; }

    internal int DocumentCount { get; private set; }

    internal long FirstSequence { get; private set; } = long.MaxValue;

    internal long LastSequence { get; private set; } = long.MinValue;

    internal UInt128 RowSum { get; private set; }

    internal long MinIntegerId { get; private set; }

    internal long MaxIntegerId { get; private set; }

    internal long TextSizeBytes { get; private set; }

    /// <summary>Vector fields that some row has.</summary>
    internal ImmutableArray<FieldPlan> Fields { get; }

    internal bool IsPadding(int row) => BitWords.Test(PaddingWords, row);

    private void ScanRows()
    {
        for (int row = 0; row < _order.Length; row++)
        {
            RowLocation location = _order[row];
            if (location.Source < 0)
            {
                Flags |= SegmentFlags.Padded;
                BitWords.Set(PaddingWords, row);
                continue;
            }

            IRowSource source = _sources[location.Source];
            if (source.IsPadding(location.Ordinal))
            {
                throw new ArgumentException($"Row {row} is at {location}, which holds no document.", nameof(row));
            }

            AddDocument(row, source.GetKey(location.Ordinal), source.GetSequence(location.Ordinal));
        }
    }

    private void AddDocument(int row, DocumentKey key, long sequence)
    {
        KeyHashes[row] = key.Hash;
        DocumentCount++;
        FirstSequence = Math.Min(FirstSequence, sequence);
        LastSequence = Math.Max(LastSequence, sequence);
        RowSum += RowIdentity.Of(key.Hash, sequence);
        if (!key.Text.IsEmpty)
        {
            Flags |= SegmentFlags.TextIds;
            TextSizeBytes += key.Text.Length;
            return;
        }

        long id = (long)key.Hash;
        bool isFirst = (Flags & SegmentFlags.IntegerIds) == 0;
        MinIntegerId = isFirst ? id : Math.Min(MinIntegerId, id);
        MaxIntegerId = isFirst ? id : Math.Max(MaxIntegerId, id);
        Flags |= SegmentFlags.IntegerIds;
    }

    /// <summary>Finds which rows have a vector of a field; null when none has.</summary>
    private FieldPlan? PlanField(SegmentVectorField field)
    {
        VectorColumn?[] columns = [.. _sources.Select(source => source.GetVectors(field.Name))];
        foreach (VectorColumn? column in columns)
        {
            if (column is not null && column.Dimensions != field.Dimensions)
            {
                throw new ArgumentException(
                    $"Vectors of '{field.Name}' have {column.Dimensions} dimensions, expected {field.Dimensions}.",
                    nameof(field));
            }
        }

        if (Array.TrueForAll(columns, column => column is { Presence.IsEmpty: true })
            && (Flags & SegmentFlags.Padded) == 0)
        {
            return new FieldPlan(field, columns, PresenceWords: null);
        }

        ulong[] words = new ulong[BitWords.CountFor(_order.Length)];
        int count = 0;
        for (int row = 0; row < _order.Length; row++)
        {
            RowLocation location = _order[row];
            if (location.Source >= 0 && columns[location.Source] is { } column && column.HasVector(location.Ordinal))
            {
                BitWords.Set(words, row);
                count++;
            }
        }

        return count == 0 ? null : new FieldPlan(field, columns, count == _order.Length ? null : words);
    }
}
