using Tidepool.Index.Distance;

namespace Tidepool.Benchmarks.Kernels;

/// <summary>Random numbers on cache line boundaries, as a mapped segment has them.</summary>
internal static class KernelData
{
    /// <summary>An array that never moves, and where in it the first line begins.</summary>
    internal static (float[] Array, int Start) CreateAligned(int length, int seed)
    {
        float[] array = GC.AllocateUninitializedArray<float>(length + CacheLine.Floats, pinned: true);
        Span<float> aligned = CacheLine.Align(array, length);
        var random = new Random(seed);
        for (int i = 0; i < aligned.Length; i++)
        {
            aligned[i] = random.NextSingle() - 0.5f;
        }

        array.AsSpan().Overlaps(aligned, out int start);
        return (array, start);
    }
}
