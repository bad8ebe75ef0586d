using System.Buffers;
using System.Collections.Immutable;
using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>Writes a segment from rows of other sources, from front to back, in bounded memory.</summary>
/// <remarks>
/// <para>The constructor looks at every row's id, sequence, presence and attributes; from then on the head is known.
/// Sources must
/// not change until the last chunk was taken. Memory: some 16 bytes a row and one column, one chunk, whatever the
/// vectors
/// take.</para>
/// <para>The same spec, rows and order give the same bytes, whatever the chunks.</para>
/// </remarks>
internal sealed class SegmentBuilder
{
    internal const int DefaultChunkSizeBytes = 1024 * 1024;

    private readonly SegmentSpec _spec;
    private readonly SegmentPlan _plan;
    private readonly IReadOnlyList<IRowSource> _sources;
    private readonly RowLocation[] _order;
    private readonly ImmutableArray<IndexSection> _indexSections;
    private readonly AttributeWriter _attributes;
    private readonly SegmentHeader _header;

    /// <summary>Plans a segment.</summary>
    /// <param name="spec">What it is and may hold.</param>
    /// <param name="sources">Where its rows come from.</param>
    /// <param name="order">Which row gets which ordinal; padding where none does. Kept and read until the end.</param>
    /// <exception cref="ArgumentException">No document, too many rows, or more bytes than a reader can map.</exception>
    internal SegmentBuilder(SegmentSpec spec, IReadOnlyList<IRowSource> sources, RowLocation[] order)
        : this(spec, sources, new SegmentIndexing(order))
    {
    }

    /// <summary>Plans a segment with indexes.</summary>
    /// <param name="spec">What it is and may hold.</param>
    /// <param name="sources">Where its rows come from.</param>
    /// <param name="indexing">The order of its rows, and its indexes. Kept and read until the end.</param>
    /// <exception cref="ArgumentException">No document, too many rows, or more bytes than a reader can map.</exception>
    internal SegmentBuilder(SegmentSpec spec, IReadOnlyList<IRowSource> sources, SegmentIndexing indexing)
    {
        RowLocation[] order = indexing.Order;
        _indexSections = indexing.Sections;
        _spec = spec;
        _plan = new SegmentPlan(spec, sources, order);
        _sources = sources;
        _order = order;
        _attributes = new AttributeWriter(spec.Columns, order, sources);
        _header = PlanHeader();
        if (_header.ObjectLength > SegmentFormat.MaxObjectSizeBytes)
        {
            throw new ArgumentException(
                $"The segment would have {_header.ObjectLength} bytes; the most is {SegmentFormat.MaxObjectSizeBytes}.",
                nameof(indexing));
        }
    }

    internal SegmentSummary Summary => SegmentSummary.Of(_header);

    /// <summary>The segment's bytes. A chunk is valid until the next one is asked for; may be called again.</summary>
    /// <param name="chunkSizeBytes">Size of all chunks but the last; a multiple of the block size.</param>
    internal IEnumerable<ReadOnlyMemory<byte>> Build(int chunkSizeBytes = DefaultChunkSizeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSizeBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(chunkSizeBytes % SegmentFormat.BlockSizeBytes, 0);
        return BuildChunks(chunkSizeBytes);
    }

    private IEnumerable<ReadOnlyMemory<byte>> BuildChunks(int chunkSizeBytes)
    {
        BlockTableContent blockTable = new(_header.BlockTableOffset);
        List<SectionContent> parts = CreateParts(blockTable);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(chunkSizeBytes);
        try
        {
            int filled = 0;
            foreach (SectionContent content in parts)
            {
                // Block by block, so that a block's checksum is taken while its bytes are in the cache.
                long left = content.Length;
                while (left > 0)
                {
                    int blockLeft = SegmentFormat.BlockSizeBytes - (filled % SegmentFormat.BlockSizeBytes);
                    int length = (int)Math.Min(blockLeft, left);
                    content.Read(chunk.AsSpan(filled, length));
                    blockTable.Add(chunk.AsSpan(filled, length));
                    filled += length;
                    left -= length;
                    if (filled == chunkSizeBytes)
                    {
                        yield return chunk.AsMemory(0, filled);
                        filled = 0;
                    }
                }
            }

            if (filled > 0)
            {
                yield return chunk.AsMemory(0, filled);
            }
        }
        finally
        {
            parts.ForEach(part => part.Close());
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Everything from the first byte to the last: head, sections with the gaps between them, block
    /// table.</summary>
    private List<SectionContent> CreateParts(BlockTableContent blockTable)
    {
        byte[] head = SegmentHeadCodec.Encode(_header);
        List<SectionContent> parts = [new ArrayContent<byte>(head)];
        long end = head.Length;
        SectionKind? previous = null;
        foreach ((SectionKind kind, _, SectionContent content) in CreateSections())
        {
            long start = SegmentFormat.GetStart(kind, end, previous);
            parts.Add(new ArrayContent<byte>(new byte[start - end]));
            parts.Add(content);
            end = start + content.Length;
            previous = kind;
        }

        parts.Add(new ArrayContent<byte>(new byte[SegmentFormat.Align(end) - end]));

        parts.Add(blockTable);
        return parts;
    }

    private SegmentHeader PlanHeader()
    {
        ImmutableArray<SegmentVectorField> fields = [.. _plan.Fields.Select(plan => plan.Field)];
        List<(SectionKind Kind, int Field, SectionContent Content)> contents = CreateSections();
        long end = SegmentHeadCodec.GetSizeBytes(_spec.Identity, fields, contents.Count);
        List<SegmentSection> sections = [];
        foreach ((SectionKind kind, int field, SectionContent content) in contents)
        {
            SectionKind? previous = sections.Count == 0 ? null : sections[^1].Kind;
            long start = SegmentFormat.GetStart(kind, end, previous);
            sections.Add(new SegmentSection(
                kind, SegmentFormat.IsIndex(kind), field, start, content.Length));
            end = start + content.Length;
        }

        return new SegmentHeader
        {
            Identity = _spec.Identity,
            Flags = _plan.Flags,
            RowCount = _plan.RowCount,
            DocumentCount = _plan.DocumentCount,
            FirstSequence = _plan.FirstSequence,
            LastSequence = _plan.LastSequence,
            RowSum = _plan.RowSum,
            MinIntegerId = _plan.MinIntegerId,
            MaxIntegerId = _plan.MaxIntegerId,
            Fields = fields,
            Sections = [.. sections],
            BlockTableOffset = SegmentFormat.Align(end),
        };
    }

    private List<(SectionKind Kind, int Field, SectionContent Content)> CreateSections()
    {
        List<(SectionKind Kind, int Field, SectionContent Content)> sections = [];
        for (int number = 0; number < _plan.Fields.Length; number++)
        {
            FieldPlan field = _plan.Fields[number];
            int dimensions = field.Field.Dimensions;
            sections.Add((SectionKind.Norms, number, VectorContent.OfNorms(field.Columns, _order)));
            sections.Add((SectionKind.Vectors, number, VectorContent.OfVectors(field.Columns, _order, dimensions)));
            if (field.PresenceWords is not null)
            {
                sections.Add((SectionKind.Presence, number, new ArrayContent<ulong>(field.PresenceWords)));
            }
        }

        Add(SectionKind.Ids, new ArrayContent<ulong>(_plan.KeyHashes));
        if (_plan.Flags.HasFlag(SegmentFlags.TextIds))
        {
            Add(SectionKind.StringTable, new StringTableContent(_sources, _order, _plan.TextSizeBytes));
        }

        Add(SectionKind.Sequences, new SequenceContent(_sources, _order));
        if (_plan.Flags.HasFlag(SegmentFlags.Padded))
        {
            Add(SectionKind.Padding, new ArrayContent<ulong>(_plan.PaddingWords));
        }

        Add(SectionKind.IdIndex, new IdIndexContent(_spec.Identity.SegmentId, _plan));
        if (_attributes.Length > AttributeFormat.HeaderSizeBytes) // Else no document has any.
        {
            Add(SectionKind.Attributes, new ChunkedContent(_attributes.Length, _attributes.Write()));
        }

        foreach (IndexSection index in _indexSections)
        {
            int number = Array.FindIndex([.. _plan.Fields], plan => plan.Field.Name == index.Field);
            sections.Add((index.Kind, number, new ChunkedContent(index.Length, index.Parts)));
        }

        return sections;

        void Add(SectionKind kind, SectionContent content) => sections.Add((kind, SegmentFormat.NoField, content));
    }
}
