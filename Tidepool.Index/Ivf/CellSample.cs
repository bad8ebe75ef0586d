namespace Tidepool.Index.Ivf;

/// <summary>Where the cells and the true neighbours of a row lie that was asked for as a query, and what a search did
/// to come to them.</summary>
internal sealed class CellSample
{
    private readonly float[] _keys;
    private readonly float[] _works;
    private readonly float _unit;

    /// <param name="keys">Of all cells, in ascending order.</param>
    /// <param name="works">What the search had done after each cell, from the nearest on.</param>
    /// <param name="unit">What γ is multiplied by.</param>
    internal CellSample(float[] keys, float[] works, float unit)
    {
        _keys = keys;
        _works = works;
        _unit = unit;
    }

    /// <summary>What it takes to come to each neighbour.</summary>
    internal List<CellNeed> Needs { get; } = [];

    /// <summary>Adds a neighbour that is in a cell with a key, or in none.</summary>
    internal void AddNeed(float? key)
    {
        if (key is not { } found)
        {
            Needs.Add(default);
            return;
        }

        int nearer = CountUpTo(_keys, MathF.BitDecrement(found));
        Needs.Add(new CellNeed(Math.Max(0, found - _keys[0]) / _unit, nearer == 0 ? 0 : GetWork(nearer)));
    }

    /// <summary>How many cells γ makes a search scan.</summary>
    internal int CountCells(float gamma) => Math.Max(1, CountUpTo(_keys, _keys[0] + (gamma * _unit)));

    /// <summary>How many of so many cells are begun before a search has done some work.</summary>
    internal int CountCells(int cells, float work)
    {
        int most = 1 + CountUpTo(_works, MathF.BitDecrement(work));
        return most > _works.Length ? cells : Math.Min(cells, most);
    }

    /// <summary>What a search does in some cells; estimated for more than were scanned.</summary>
    internal float GetWork(int cells) =>
        _works[Math.Min(cells, _works.Length) - 1] * Math.Max(1, (float)cells / _works.Length);

    /// <summary>How many of ascending numbers are at most some number.</summary>
    private static int CountUpTo(float[] ascending, float most)
    {
        int low = 0;
        int high = ascending.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = ascending[middle] <= most ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
