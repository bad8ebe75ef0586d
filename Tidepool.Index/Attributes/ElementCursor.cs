namespace Tidepool.Index.Attributes;

/// <summary>Walks the elements of a gathered column of arrays.</summary>
internal sealed class ElementCursor(RowCursor rows) : ValueCursor
{
    private AttributeColumn? _elements;
    private int _next;
    private int _end;

    internal override bool TryTake(int maxCount, out ValueRun run)
    {
        while (_next == _end)
        {
            // A null row is an empty array, so the elements of adjacent rows are adjacent.
            if (!rows.TryTake(int.MaxValue, out ValueRun taken))
            {
                run = default;
                return false;
            }

            if (taken.Source is ListColumn list)
            {
                _elements = list.Elements;
                _next = list.Offsets[taken.First];
                _end = list.Offsets[taken.First + taken.Count];
            }
        }

        run = new ValueRun(_elements, _next, Math.Min(maxCount, _end - _next));
        _next += run.Count;
        return true;
    }
}
