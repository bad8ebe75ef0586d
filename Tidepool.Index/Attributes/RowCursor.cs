namespace Tidepool.Index.Attributes;

/// <summary>Walks the rows of a gathered column.</summary>
/// <param name="rows">Where each output row comes from.</param>
/// <param name="sources">Each source's column, or null.</param>
internal sealed class RowCursor(ReadOnlyMemory<RowLocation> rows, AttributeColumn?[] sources) : ValueCursor
{
    private int _row;

    internal override bool TryTake(int maxCount, out ValueRun run)
    {
        ReadOnlySpan<RowLocation> rest = rows.Span[_row..];
        if (rest.IsEmpty)
        {
            run = default;
            return false;
        }

        RowLocation first = rest[0];
        AttributeColumn? source = SourceOf(first);
        int limit = Math.Min(maxCount, rest.Length);
        int count = 1;
        if (source is null)
        {
            while (count < limit && SourceOf(rest[count]) is null)
            {
                count++;
            }
        }
        else
        {
            limit = Math.Min(limit, source.StoredRowCount - first.Ordinal);
            while (count < limit && rest[count] == new RowLocation(first.Source, first.Ordinal + count))
            {
                count++;
            }
        }

        _row += count;
        run = new ValueRun(source, first.Ordinal, count);
        return true;
    }

    /// <summary>Null where the row is.</summary>
    private AttributeColumn? SourceOf(RowLocation location)
    {
        AttributeColumn? source = location.Source < 0 ? null : sources[location.Source];
        return source is not null && location.Ordinal < source.StoredRowCount ? source : null;
    }
}
