using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Vectors;

namespace Tidepool.Benchmarks.Kernels;

/// <summary>One query against rows in the cache, one by one and in blocks; times are per distance.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)]
[CategoriesColumn]
public class DistanceBenchmarks
{
    private const int Rows = 64;

    private readonly float[] _sums = new float[Rows];
    private float[] _memory = [];
    private int _start;
    private float _norm;

    [Params(128, 768, 1536)]
    public int Dimensions { get; set; }

    private ReadOnlySpan<float> Query => _memory.AsSpan(_start, Dimensions);

    [GlobalSetup]
    public void Setup()
    {
        (_memory, _start) = KernelData.CreateAligned((Rows + 1) * Dimensions, seed: 1);
        _norm = Float32Kernels.Norm(Query);
    }

    [Benchmark(OperationsPerInvoke = Rows), BenchmarkCategory("Dot")]
    public float Dot_Kernel()
    {
        float sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += Float32Kernels.Dot(Query, Row(row));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows), BenchmarkCategory("Dot")]
    public float Dot_KernelInBlocks()
    {
        RowSums.Compute<DotTerm>(Query, _memory.AsSpan(_start + Dimensions, Rows * Dimensions), _sums);
        return _sums[0];
    }

    [Benchmark(OperationsPerInvoke = Rows, Baseline = true), BenchmarkCategory("Dot")]
    public float Dot_TensorPrimitives()
    {
        float sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += TensorPrimitives.Dot(Query, Row(row));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows), BenchmarkCategory("Dot")]
    public double Dot_Scalar()
    {
        double sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += ScalarKernels.Dot(Query, Row(row));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows), BenchmarkCategory("Euclidean")]
    public float Euclidean_Kernel()
    {
        float sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += Float32Kernels.SquaredEuclidean(Query, Row(row));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows), BenchmarkCategory("Euclidean")]
    public float Euclidean_KernelInBlocks()
    {
        RowSums.Compute<SquaredDifferenceTerm>(Query, _memory.AsSpan(_start + Dimensions, Rows * Dimensions), _sums);
        return _sums[0];
    }

    [Benchmark(OperationsPerInvoke = Rows, Baseline = true), BenchmarkCategory("Euclidean")]
    public float Euclidean_TensorPrimitives()
    {
        float sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += TensorPrimitives.Distance(Query, Row(row));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows), BenchmarkCategory("Euclidean")]
    public double Euclidean_Scalar()
    {
        double sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += ScalarKernels.SquaredEuclidean(Query, Row(row));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows), BenchmarkCategory("Cosine")]
    public float Cosine_Kernel()
    {
        float sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += ExactDistance.Measure(Metric.Cosine, Query, _norm, Row(row), _norm);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows, Baseline = true), BenchmarkCategory("Cosine")]
    public float Cosine_TensorPrimitives()
    {
        float sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += TensorPrimitives.CosineSimilarity(Query, Row(row));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows), BenchmarkCategory("Hamming")]
    public float Hamming_Kernel()
    {
        float sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += Float32Kernels.Hamming(Query, Row(row));
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows, Baseline = true), BenchmarkCategory("Hamming")]
    public int Hamming_TensorPrimitives()
    {
        int sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            sum += TensorPrimitives.HammingDistance(Query, Row(row));
        }

        return sum;
    }

    private ReadOnlySpan<float> Row(int row) => _memory.AsSpan(_start + ((row + 1) * Dimensions), Dimensions);
}
