using Tidepool.Index.Attributes;

namespace Tidepool.Index.Rows;

/// <summary>Rows under ordinals 0 to <see cref="RowCount"/> - 1: a segment, or the visible part of a
/// memtable.</summary>
/// <remarks>Immutable for its readers; any number of threads may read. Some ordinals of a segment may be
/// padding.</remarks>
internal interface IRowSource : IColumnLookup
{
    int RowCount { get; }

    /// <summary>Whether an ordinal holds no document.</summary>
    bool IsPadding(int ordinal);

    DocumentKey GetKey(int ordinal);

    /// <summary>The position in the log of the write that made the row.</summary>
    long GetSequence(int ordinal);

    /// <summary>The vectors of a field, or null when no row has one.</summary>
    VectorColumn? GetVectors(string field);
}
