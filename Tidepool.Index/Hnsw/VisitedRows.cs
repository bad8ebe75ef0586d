using System.Runtime.CompilerServices;

namespace Tidepool.Index.Hnsw;

/// <summary>Which rows a search has seen. Starting anew costs nothing: a mark counts in its own round only.</summary>
/// <remarks>One thread at a time; keeps its memory between searches.</remarks>
internal sealed class VisitedRows
{
    private ushort[] _marks = [];
    private ushort _round;

    /// <summary>Forgets all marks and has room for so many rows.</summary>
    internal void Begin(int rowCount)
    {
        if (_marks.Length < rowCount)
        {
            _marks = new ushort[rowCount];
            _round = 0;
        }

        if (++_round == 0)
        {
            Array.Clear(_marks);
            _round = 1;
        }
    }

    /// <summary>Marks a row; false if it was marked already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryMark(int row)
    {
        ref ushort mark = ref _marks[row];
        if (mark == _round)
        {
            return false;
        }

        mark = _round;
        return true;
    }
}
