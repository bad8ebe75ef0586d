using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>One output column and where its rows come from.</summary>
internal sealed class GatheredColumn
{
    private readonly ReadOnlyMemory<RowLocation> _rows;
    private readonly AttributeColumn?[] _sources;

    /// <exception cref="ArgumentException">A source's column is of another type.</exception>
    internal GatheredColumn(
        ColumnDefinition definition, ReadOnlyMemory<RowLocation> rows, IReadOnlyList<IColumnLookup> sources)
    {
        Definition = definition;
        _rows = rows;
        _sources = new AttributeColumn?[sources.Count];
        for (int i = 0; i < _sources.Length; i++)
        {
            _sources[i] = sources[i].GetColumn(definition.Name);
            if (_sources[i] is { } column && column.Type != definition.Type)
            {
                throw new ArgumentException(
                    $"Column '{definition.Name}' is of type {column.Type} in source {i}; expected {definition.Type}.",
                    nameof(sources));
            }
        }
    }

    internal ColumnDefinition Definition { get; }

    internal int RowCount => _rows.Length;

    internal bool IsArray => Definition.Type.IsArray();

    /// <summary>The type of the rows' values, or of the arrays' elements.</summary>
    internal ColumnType ValueType => IsArray ? Definition.Type.ElementType() : Definition.Type;

    internal RowCursor GetRows() => new(_rows, _sources);

    /// <summary>The rows' values, or the arrays' elements.</summary>
    internal ValueCursor GetValues() => IsArray ? new ElementCursor(GetRows()) : GetRows();

    /// <summary>Sets the bits of rows that have a value, in words that are 0.</summary>
    internal void CopyPresence(Span<ulong> words)
    {
        RowCursor rows = GetRows();
        for (int row = 0; rows.TryTake(int.MaxValue, out ValueRun run); row += run.Count)
        {
            run.Source?.CopyPresence(run.First, run.Count, words, row);
        }
    }

    internal long CountElements()
    {
        long count = 0;
        ValueCursor elements = GetValues();
        while (elements.TryTake(int.MaxValue, out ValueRun run))
        {
            count += run.Count;
        }

        return count;
    }
}
