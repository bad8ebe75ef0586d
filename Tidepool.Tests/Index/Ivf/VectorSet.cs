using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;

namespace Tidepool.Tests.Index.Ivf;

/// <summary>Clustered vectors with queries from the same clusters, for tests of recall.</summary>
internal sealed class VectorSet : VectorColumn
{
    private readonly float[] _values;
    private readonly float[] _norms;

    private VectorSet(float[] values, int dimensions)
    {
        _values = values;
        Dimensions = dimensions;
        Count = values.Length / dimensions;
        _norms = [.. Enumerable.Range(0, Count).Select(row => Float32Kernels.Norm(GetVector(row)))];
    }

    internal override int Dimensions { get; }

    internal int Count { get; }

    internal override ReadOnlySpan<ulong> Presence => default;

    internal static VectorSet Make(int count, int dimensions, int seed, float spread = 0.35f)
    {
        const int Clusters = 60;
        var shape = new Random(4242);
        float[] centers = [.. Enumerable.Range(0, Clusters * dimensions).Select(_ => Gauss(shape))];
        var random = new Random(seed);
        float[] values = new float[count * dimensions];
        for (int row = 0; row < count; row++)
        {
            int cluster = random.Next(Clusters);
            for (int i = 0; i < dimensions; i++)
            {
                values[(row * dimensions) + i] = centers[(cluster * dimensions) + i] + (spread * Gauss(random));
            }
        }

        return new VectorSet(values, dimensions);
    }

    internal static VectorSet Of(float[] values, int dimensions) => new(values, dimensions);

    internal override int GetRunLength(int first) => Count - first;

    internal override ReadOnlySpan<float> GetRun(int first, int count) =>
        _values.AsSpan(first * Dimensions, count * Dimensions);

    internal override ReadOnlySpan<float> GetNorms(int first, int count) => _norms.AsSpan(first, count);

    /// <summary>The true nearest rows of a query.</summary>
    internal int[] FindNearest(Metric metric, ReadOnlySpan<float> query, int k, ReadOnlySpan<ulong> selected = default)
    {
        var top = new TopK();
        top.Reset(k);
        FlatSearcher.Search(metric, this, query, Float32Kernels.Norm(query), 0, Count, selected, top);
        var found = new ScoredRow[k];
        return [.. found.Take(top.DrainSorted(found)).Select(row => row.Ordinal)];
    }

    private static float Gauss(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
