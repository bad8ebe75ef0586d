using Tidepool.Index.Attributes;
using Tidepool.Index.Rows;

namespace Tidepool.Memtables;

/// <summary>The rows of a chunk that were there at one moment.</summary>
internal sealed class ChunkView(MemtableChunk chunk, int rowCount) : IRowSource
{
    private NamedColumn<AttributeColumn>[] _opened = [];

    public int RowCount { get; } = rowCount;

    internal MemtableChunk Chunk { get; } = chunk;

    public bool IsPadding(int ordinal) => false;

    public DocumentKey GetKey(int ordinal) => Chunk.GetKey(ordinal);

    public long GetSequence(int ordinal) => Chunk.GetSequence(ordinal);

    public VectorColumn? GetVectors(string field)
    {
        foreach (NamedColumn<VectorBuffer> vectors in Chunk.Vectors)
        {
            if (vectors.Name == field)
            {
                return vectors.Column;
            }
        }

        return null;
    }

    public AttributeColumn? GetColumn(string name)
    {
        foreach (NamedColumn<AttributeColumn> opened in Volatile.Read(ref _opened))
        {
            if (opened.Name == name)
            {
                return opened.Column;
            }
        }

        foreach (NamedColumn<ColumnBuffer> attribute in Chunk.Attributes)
        {
            if (attribute.Name == name)
            {
                AttributeColumn view = attribute.Column.View(RowCount);
                Volatile.Write(ref _opened, [.. _opened, new(name, view)]); // A race loses one view, nothing else.
                return view;
            }
        }

        return null;
    }
}
