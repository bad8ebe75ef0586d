using System.Numerics;
using System.Runtime.InteropServices;

namespace Tidepool.Index.Clustering;

/// <summary>Which rows belong to which center, for one round of k-means.</summary>
internal sealed class CenterMembers(int centerCount, int rowCount)
{
    // Rows are added up in runs of this many, and the runs then: single precision suffices for any number of rows.
    private const int RunRows = 256;

    private const int CentersPerPart = 64;
    private const float Nudge = 1f / 1024;

    private readonly int[] _starts = new int[centerCount + 1]; // Of each center's rows in _rows.
    private readonly int[] _rows = new int[rowCount];

    /// <summary>Parts of the centers, for <see cref="MoveCenters"/>.</summary>
    internal int PartCount => (centerCount + CentersPerPart - 1) / CentersPerPart;

    /// <summary>Takes the center of each row; a center's rows keep their order.</summary>
    internal void Group(ReadOnlySpan<int> nearest)
    {
        Array.Clear(_starts);
        foreach (int center in nearest)
        {
            _starts[center + 1]++;
        }

        for (int center = 0; center < centerCount; center++)
        {
            _starts[center + 1] += _starts[center];
        }

        int[] next = _starts[..centerCount];
        for (int row = 0; row < nearest.Length; row++)
        {
            _rows[next[nearest[row]]++] = row;
        }
    }

    /// <summary>Moves the centers of a part to the mean of their rows; those without rows stay.</summary>
    internal void MoveCenters(int part, ReadOnlySpan<float> rows, Span<float> centers, int dimensions)
    {
        float[] run = new float[dimensions];
        int end = Math.Min(centerCount, (part + 1) * CentersPerPart);
        for (int center = part * CentersPerPart; center < end; center++)
        {
            ReadOnlySpan<int> members = _rows.AsSpan(_starts[center].._starts[center + 1]);
            if (!members.IsEmpty)
            {
                float scale = 1f / members.Length;
                Span<float> mean = centers.Slice(center * dimensions, dimensions);
                mean.Clear();
                for (; !members.IsEmpty; members = members[Math.Min(RunRows, members.Length)..])
                {
                    Array.Clear(run);
                    foreach (int row in members[..Math.Min(RunRows, members.Length)])
                    {
                        Add(run, rows.Slice(row * dimensions, dimensions));
                    }

                    Add(mean, run);
                }

                foreach (ref float value in mean)
                {
                    value *= scale;
                }
            }
        }
    }

    /// <summary>Puts each center without rows beside one that has many, a little off on either side.</summary>
    internal void FillEmpty(Span<float> centers, int dimensions)
    {
        int[] counts = new int[centerCount];
        for (int center = 0; center < centerCount; center++)
        {
            counts[center] = _starts[center + 1] - _starts[center];
        }

        if (!counts.Contains(0))
        {
            return;
        }

        // Largest first, of equal ones the first center.
        var largest = new SortedSet<(int Negated, int Center)>(counts.Select((count, center) => (-count, center)));
        for (int empty = 0; empty < centerCount && -largest.Min.Negated >= 2; empty++)
        {
            if (counts[empty] == 0)
            {
                (int negated, int center) = largest.Min;
                largest.Remove((negated, center));
                largest.Remove((0, empty));
                counts[empty] = -negated / 2;
                largest.Add((-counts[empty], empty));
                largest.Add((negated + counts[empty], center));
                Split(
                    centers.Slice(center * dimensions, dimensions), centers.Slice(empty * dimensions, dimensions));
            }
        }
    }

    private static void Split(Span<float> center, Span<float> other)
    {
        for (int i = 0; i < center.Length; i++)
        {
            float value = center[i];
            float nudge = (i & 1) == 0 ? Nudge : -Nudge;
            other[i] = value * (1 + nudge);
            center[i] = value * (1 - nudge);
        }
    }

    private static void Add(Span<float> sums, ReadOnlySpan<float> values)
    {
        Span<Vector<float>> wideSums = MemoryMarshal.Cast<float, Vector<float>>(sums);
        ReadOnlySpan<Vector<float>> wideValues = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (int i = 0; i < wideSums.Length && i < wideValues.Length; i++)
        {
            wideSums[i] += wideValues[i];
        }

        for (int i = wideSums.Length * Vector<float>.Count; i < sums.Length; i++)
        {
            sums[i] += values[i];
        }
    }
}
