namespace Tidepool.Index.Ivf;

/// <summary>The rows of a search that may be among its k nearest, by the bounds of their keys.</summary>
/// <remarks>A row is dropped once k others are surely nearer: when its lower bound is above the k-th smallest upper
/// bound.</remarks>
internal sealed class CandidateQueue
{
    // Below, finding the largest bound by looking at all is faster than a heap.
    private const int LargestScanned = 24;

    private float[] _lower = new float[256];
    private int[] _positions = new int[256];
    private float[] _upper = new float[16];
    private int _upperCount;
    private int _largest;
    private int _k;
    private float _limit;

    /// <summary>No row whose lower bound is above can be among the k nearest.</summary>
    internal float Threshold { get; private set; }

    /// <summary>Whether k rows were offered.</summary>
    internal bool IsFull => _upperCount == _k;

    internal int Count { get; private set; }

    /// <summary>The candidates' positions, in the order of <see cref="LowerBounds"/>.</summary>
    internal ReadOnlySpan<int> Positions => _positions.AsSpan(0, Count);

    internal ReadOnlySpan<float> LowerBounds => _lower.AsSpan(0, Count);

    /// <summary>Empties it for another search.</summary>
    /// <param name="k">How many nearest are wanted.</param>
    /// <param name="limit">Keys above are not wanted.</param>
    internal void Reset(int k, float limit)
    {
        _k = k;
        _limit = limit;
        _upperCount = 0;
        Count = 0;
        Threshold = limit;
        if (_upper.Length < k)
        {
            _upper = new float[Math.Max(k, 2 * _upper.Length)];
        }
    }

    /// <summary>Takes in a row whose key lies between two bounds; anywhere, if they are not numbers.</summary>
    internal void Offer(float lower, float upper, int position)
    {
        if (lower > Threshold)
        {
            return;
        }

        if (Count == _lower.Length)
        {
            MakeRoom();
        }

        _lower[Count] = lower;
        _positions[Count++] = position;
        AddUpper(upper);
    }

    /// <summary>Drops what cannot be among the k nearest any more, and sorts the rest by lower bound.</summary>
    internal void Finish()
    {
        DropHopeless();
        _lower.AsSpan(0, Count).Sort(_positions.AsSpan(0, Count));
    }

    private void MakeRoom()
    {
        DropHopeless();
        if (Count > _lower.Length / 2)
        {
            Array.Resize(ref _lower, 2 * _lower.Length);
            Array.Resize(ref _positions, 2 * _positions.Length);
        }
    }

    private void DropHopeless()
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!(_lower[i] > Threshold)) // Keeps what is not a number, too.
            {
                _lower[kept] = _lower[i];
                _positions[kept++] = _positions[i];
            }
        }

        Count = kept;
    }

    /// <summary>Keeps the k smallest upper bounds; their largest is the threshold.</summary>
    private void AddUpper(float upper)
    {
        if (float.IsNaN(upper))
        {
            return;
        }

        if (_upperCount < _k)
        {
            _upper[_upperCount++] = upper;
            if (_upperCount < _k)
            {
                return;
            }

            Arrange();
        }
        else if (upper < _upper[_largest])
        {
            _upper[_largest] = upper;
            if (_k > LargestScanned)
            {
                Sift(0);
            }
            else
            {
                FindLargest();
            }
        }

        Threshold = Math.Min(_limit, _upper[_largest]);
    }

    private void Arrange()
    {
        _largest = 0;
        if (_k <= LargestScanned)
        {
            FindLargest();
            return;
        }

        for (int i = (_k / 2) - 1; i >= 0; i--)
        {
            Sift(i);
        }
    }

    private void FindLargest()
    {
        ReadOnlySpan<float> upper = _upper.AsSpan(0, _k);
        int largest = 0;
        for (int i = 1; i < upper.Length; i++)
        {
            largest = upper[i] > upper[largest] ? i : largest;
        }

        _largest = largest;
    }

    private void Sift(int hole)
    {
        Span<float> heap = _upper.AsSpan(0, _k);
        float value = heap[hole];
        while (true)
        {
            int child = (2 * hole) + 1;
            if (child >= heap.Length)
            {
                break;
            }

            if (child + 1 < heap.Length && heap[child + 1] > heap[child])
            {
                child++;
            }

            if (value >= heap[child])
            {
                break;
            }

            heap[hole] = heap[child];
            hole = child;
        }

        heap[hole] = value;
    }
}
