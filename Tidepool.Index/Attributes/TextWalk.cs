namespace Tidepool.Index.Attributes;

/// <summary>Walks the strings or bytes of a gathered column one by one.</summary>
internal sealed class TextWalk(ValueCursor values)
{
    private ValueRun _run;
    private int _index;

    internal TextColumn? Source => (TextColumn?)_run.Source;

    internal int Ordinal => _run.First + _index;

    /// <summary>Whether the current value is not null.</summary>
    internal bool HasValue => _run.Source is { } source && !source.IsNull(Ordinal);

    /// <summary>The current value's bytes; none for null.</summary>
    internal ReadOnlySpan<byte> Text => HasValue ? Source!.GetText(Ordinal) : default;

    internal int Length => HasValue ? Source!.GetLength(Ordinal) : 0;

    internal bool MoveNext()
    {
        if (++_index < _run.Count)
        {
            return true;
        }

        _index = 0;
        return values.TryTake(int.MaxValue, out _run);
    }
}
