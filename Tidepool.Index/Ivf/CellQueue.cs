namespace Tidepool.Index.Ivf;

/// <summary>Cells by how near their center is: a heap that gives the nearest first.</summary>
internal sealed class CellQueue
{
    private float[] _keys = new float[64];
    private int[] _cells = new int[64];

    internal int Count { get; private set; }

    internal void Clear() => Count = 0;

    /// <summary>Adds a cell; <see cref="Arrange"/> must follow before one is taken.</summary>
    internal void Add(float key, int cell)
    {
        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, 2 * Count);
            Array.Resize(ref _cells, 2 * Count);
        }

        _keys[Count] = key;
        _cells[Count++] = cell;
    }

    /// <summary>Puts what was added in order.</summary>
    internal void Arrange()
    {
        for (int i = (Count / 2) - 1; i >= 0; i--)
        {
            Sift(i, _keys[i], _cells[i]);
        }
    }

    /// <summary>The nearest cell; not to be called on an empty queue.</summary>
    internal (float Key, int Cell) Peek() => (_keys[0], _cells[0]);

    /// <summary>Removes the nearest cell.</summary>
    internal void RemoveFirst()
    {
        Count--;
        Sift(0, _keys[Count], _cells[Count]);
    }

    private void Sift(int hole, float key, int cell)
    {
        Span<float> keys = _keys.AsSpan(0, Count);
        Span<int> cells = _cells.AsSpan(0, Count);
        while (true)
        {
            int child = (2 * hole) + 1;
            if (child >= keys.Length)
            {
                break;
            }

            if (child + 1 < keys.Length && keys[child + 1] < keys[child])
            {
                child++;
            }

            if (key <= keys[child])
            {
                break;
            }

            keys[hole] = keys[child];
            cells[hole] = cells[child];
            hole = child;
        }

        if (hole < keys.Length)
        {
            keys[hole] = key;
            cells[hole] = cell;
        }
    }
}
