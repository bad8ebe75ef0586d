using Tidepool.Index.Distance;

namespace Tidepool.Index.Ivf;

/// <summary>Finds how small the k smallest of many numbers are.</summary>
internal sealed class SmallestValues
{
    private float[] _kept = new float[16];

    /// <summary>What k numbers are at most, and hardly more: the k-th smallest, or of a small k one soon behind it;
    /// infinity when there are not so many finite ones.</summary>
    internal float Find(ReadOnlySpan<float> values, int k)
    {
        if (k <= CodeKeys.MaxBound)
        {
            float bound = CodeKeys.BoundSmallest(values, k);
            if (bound <= float.MaxValue)
            {
                return bound;
            }
        }

        if (_kept.Length < k)
        {
            _kept = new float[Math.Max(k, 2 * _kept.Length)];
        }

        Span<float> kept = _kept.AsSpan(0, k);
        kept.Fill(float.PositiveInfinity);
        float limit = float.MaxValue;
        for (int i = CodeKeys.FindNextAtMost(values, 0, limit);
            i < values.Length;
            i = CodeKeys.FindNextAtMost(values, i + 1, limit))
        {
            // A heap with the largest on top, which the new one replaces.
            Replace(kept, values[i]);
            limit = Math.Min(float.MaxValue, MathF.BitDecrement(kept[0]));
        }

        return kept[0];
    }

    private static void Replace(Span<float> heap, float value)
    {
        int hole = 0;
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
