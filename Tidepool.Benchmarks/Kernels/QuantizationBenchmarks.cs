using BenchmarkDotNet.Attributes;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;

namespace Tidepool.Benchmarks.Kernels;

/// <summary>Rotating, encoding and comparing codes, all in the cache; times are per vector.</summary>
public class QuantizationBenchmarks
{
    private const int Rows = 64;

    private readonly int[] _sums = new int[Rows];
    private float[] _vector = [];
    private float[] _center = [];
    private float[] _rotated = [];
    private byte[] _signs = [];
    private byte[] _block = [];
    private byte[] _codes = [];
    private sbyte[] _query = [];
    private Half[] _halves = [];
    private Rotation _rotation = null!;
    private ScalarQuantizer _scalar = null!;
    private ProductQuantizer _product = null!;

    [Params(128, 768, 1536)]
    public int Dimensions { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _vector = Create(Dimensions, random);
        _center = Create(Dimensions, random);
        _rotated = new float[Dimensions];
        _signs = new byte[SignBlock.Rows * SignBlock.GetRowStride(Dimensions)];
        _block = new byte[SignBlock.GetSize(Dimensions)];
        _codes = new byte[Rows * Dimensions];
        _query = new sbyte[Dimensions];
        _halves = new Half[Dimensions];
        random.NextBytes(_codes);
        _rotation = new Rotation(Dimensions, seed: 1);
        _scalar = new ScalarQuantizer(Dimensions);
        _product = ProductQuantizer.Train(Create(100 * Dimensions, random), Dimensions, seed: 1);
        QueryCode.Encode(_vector, _query, out _, out _);
        HalfRows.Encode(_center, _halves);
    }

    [Benchmark]
    public void Rotate() => _rotation.Apply(_vector, _rotated);

    [Benchmark]
    public float Signs_Encode() =>
        SignQuantizer.Encode(_vector, _center, _signs.AsSpan(0, Dimensions / 8)).Add;

    [Benchmark(OperationsPerInvoke = SignBlock.Rows)]
    public void Signs_Pack() => SignBlock.Pack(_signs, Dimensions, _block);

    [Benchmark]
    public float Bytes_Encode() => _scalar.Encode(_vector, _center, _codes.AsSpan(0, Dimensions)).Add;

    [Benchmark]
    public float Product_Encode() => _product.Encode(_vector, _center, _signs.AsSpan(0, Dimensions / 8)).Add;

    [Benchmark]
    public void Product_BuildTable() => _product.BuildTable(_vector, _block, out _, out _, out _);

    [Benchmark]
    public float Query_Encode() => QueryCode.Encode(_vector, _query, out _, out _);

    [Benchmark]
    public int ByteDot_OneRow() => ByteDot.Compute(_query, _codes.AsSpan(0, Dimensions));

    [Benchmark(OperationsPerInvoke = Rows)]
    public void ByteDot_Rows() => ByteDot.Compute(_query, _codes, _sums);

    [Benchmark]
    public void Half_Encode() => HalfRows.Encode(_center, _halves);

    [Benchmark]
    public float Half_Dot() => HalfRows.Dot(_vector, _halves);

    private static float[] Create(int length, Random random)
    {
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
