using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Ranking;

namespace Tidepool.Benchmarks.Kernels;

/// <summary>The ten closest of many rows of 128 dimensions, against merely reading their bytes.</summary>
public class FlatScanBenchmarks
{
    private const int Dimensions = 128;
    private const int K = 10;

    private readonly TopK _top = new();
    private readonly ScoredRow[] _found = new ScoredRow[K];
    private readonly float[] _query = new float[Dimensions];
    private ArrayColumn _column = new(0, Dimensions, seed: 0);
    private ulong[] _everyTenth = [];
    private float _queryNorm;

    [Params(10_000, 1_000_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _column = new ArrayColumn(Count, Dimensions, seed: 1);
        var random = new Random(2);
        for (int i = 0; i < Dimensions; i++)
        {
            _query[i] = random.NextSingle() - 0.5f;
        }

        _queryNorm = Float32Kernels.Norm(_query);
        _everyTenth = new ulong[(Count + 63) / 64];
        for (int ordinal = 0; ordinal < Count; ordinal++)
        {
            _everyTenth[ordinal >> 6] |= (random.Next(10) == 0 ? 1UL : 0) << (ordinal & 63);
        }
    }

    [Benchmark(Baseline = true)]
    public float StreamingRead_OfTheSameBytes() => StreamingRead.Sum(_column.GetRun(0, Count));

    [Benchmark]
    public int SquaredEuclidean() => Search(Metric.SquaredEuclidean, []);

    [Benchmark]
    public int Cosine() => Search(Metric.Cosine, []);

    [Benchmark]
    public int SquaredEuclidean_OneRowInTen() => Search(Metric.SquaredEuclidean, _everyTenth);

    [Benchmark]
    public int Euclidean_TensorPrimitives()
    {
        _top.Reset(K);
        for (int ordinal = 0; ordinal < Count; ordinal++)
        {
            float distance = TensorPrimitives.Distance(_query, _column.GetVector(ordinal));
            if (distance <= _top.Bound)
            {
                _top.Offer(distance, ordinal);
            }
        }

        return _top.DrainSorted(_found);
    }

    private int Search(Metric metric, ReadOnlySpan<ulong> selected)
    {
        _top.Reset(K);
        FlatSearcher.Search(metric, _column, _query, _queryNorm, 0, Count, selected, _top);
        return _top.DrainSorted(_found);
    }
}
