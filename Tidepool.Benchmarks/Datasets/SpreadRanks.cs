using System.Numerics.Tensors;

namespace Tidepool.Benchmarks.Datasets;

/// <summary>Where vectors lie along the direction in which they differ most, in thousandths of their number: neighbors
/// have similar ranks.</summary>
internal sealed class SpreadRanks
{
    private const int Ranks = 1000;
    private const int SampleSize = 10_000;
    private const int Iterations = 20;

    private readonly float[] _direction;
    private readonly bool _unit;
    private readonly float[] _sorted;

    /// <summary>Finds the direction.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="unit">Whether only their directions count.</param>
    internal SpreadRanks(VectorTable<float> vectors, bool unit)
    {
        _unit = unit;
        _direction = FindDirection(vectors, unit);
        Projections = new float[vectors.Count];
        for (int row = 0; row < vectors.Count; row++)
        {
            Projections[row] = Project(vectors[row].Span);
        }

        _sorted = [.. Projections];
        Array.Sort(_sorted);
    }

    private float[] Projections { get; }

    /// <summary>The rank of a vector of the table, from 0 to 999.</summary>
    internal int this[int row] => RankOf(Projections[row]);

    /// <summary>The rank that another vector would have.</summary>
    internal int RankOf(ReadOnlySpan<float> vector) => RankOf(Project(vector));

    private int RankOf(float projection)
    {
        int below = Array.BinarySearch(_sorted, projection);
        below = below < 0 ? ~below : below;
        return (int)Math.Min(Ranks - 1, (long)below * Ranks / _sorted.Length);
    }

    private float Project(ReadOnlySpan<float> vector)
    {
        float dot = TensorPrimitives.Dot(vector, _direction);
        return _unit ? dot / TensorPrimitives.Norm(vector) : dot;
    }

    /// <summary>The first principal component of a sample, by power iteration.</summary>
    private static float[] FindDirection(VectorTable<float> vectors, bool unit)
    {
        float[][] sample = Sample(vectors, unit);
        var random = new Random(20261122);
        float[] direction = [.. Enumerable.Range(0, vectors.Width).Select(_ => (float)random.NextDouble() - 0.5f)];
        for (int i = 0; i < Iterations; i++)
        {
            float[] next = new float[vectors.Width];
            foreach (float[] vector in sample)
            {
                TensorPrimitives.MultiplyAdd(vector, TensorPrimitives.Dot(vector, direction), next, next);
            }

            TensorPrimitives.Divide(next, TensorPrimitives.Norm(next), direction);
        }

        return direction;
    }

    /// <summary>Evenly spaced rows, less their mean.</summary>
    private static float[][] Sample(VectorTable<float> vectors, bool unit)
    {
        int count = Math.Min(SampleSize, vectors.Count);
        float[][] sample = new float[count][];
        float[] mean = new float[vectors.Width];
        for (int i = 0; i < count; i++)
        {
            float[] vector = vectors[(int)((long)i * vectors.Count / count)].ToArray();
            float scale = unit ? 1 / TensorPrimitives.Norm(vector) : 1;
            TensorPrimitives.Multiply(vector, scale, vector);
            TensorPrimitives.MultiplyAdd(vector, 1f / count, mean, mean);
            sample[i] = vector;
        }

        foreach (float[] vector in sample)
        {
            TensorPrimitives.Subtract(vector, mean, vector);
        }

        return sample;
    }
}
