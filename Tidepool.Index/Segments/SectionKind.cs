namespace Tidepool.Index.Segments;

/// <summary>What a section of a segment holds. Persisted: never renumber.</summary>
internal enum SectionKind : ushort
{
    /// <summary>L2 norms of a field's vectors: f32 per ordinal, 0 where there is no vector.</summary>
    Norms = 1,

    /// <summary>A field's vectors, row-major: f32 per dimension per ordinal, 0 where there is no vector.</summary>
    Vectors = 2,

    /// <summary>A bit per ordinal, set where it has a vector of the field; absent when every ordinal has one.</summary>
    Presence = 3,

    /// <summary>The hash of each ordinal's id; u64, an integer id being its own hash.</summary>
    Ids = 4,

    /// <summary>The text of ids: u32 offsets, one more than ordinals, then bytes; absent when all ids are
    /// integers.</summary>
    StringTable = 5,

    /// <summary>The sequence of each ordinal: i64.</summary>
    Sequences = 6,

    /// <summary>A bit per ordinal, set where it holds no document; absent when every ordinal holds one.</summary>
    Padding = 7,

    /// <summary>An open-addressing hash table from ids to ordinals: u32 slots.</summary>
    IdIndex = 8,

    /// <summary>Attribute columns, in the format of docs/format/attributes.md.</summary>
    Attributes = 9,

    /// <summary>The head of a field's cell index.</summary>
    IvfHead = 10,

    /// <summary>The centers of its cells, their codes, and the factors of those.</summary>
    IvfCenters = 11,

    /// <summary>The codes of its rows, cell by cell; absent when the index has none.</summary>
    IvfCodes = 12,

    /// <summary>The ordinal of each of its positions: u32; absent when positions are ordinals.</summary>
    IvfOrdinals = 13,

    /// <summary>The graph of a field's graph index.</summary>
    HnswGraph = 14,

    /// <summary>The codes that the graph is searched by; absent when it has none.</summary>
    HnswCodes = 15,
}
