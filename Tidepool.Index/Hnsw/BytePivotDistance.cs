using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Hnsw;

/// <summary>Distances between codes of a byte for each dimension, without decoding them.</summary>
/// <remarks>
/// A code u stands for a (u - 127.5). With the pivot's signed bytes s = u - 128, the product of two codes is the sum of
/// (s + 0.5)(u - 127.5) = s u - 127.5 s + (u - 127.5) / 2 over the dimensions: one integer product and two sums that
/// are known for each node.
/// </remarks>
/// <param name="codes">A code for each node, side by side.</param>
/// <param name="factors">Theirs.</param>
/// <param name="pivot">Room for the pivot's signed bytes.</param>
internal ref struct BytePivotDistance(
    ReadOnlySpan<byte> codes, ReadOnlySpan<BytePivotFactors> factors, Span<sbyte> pivot) : IPivotDistance
{
    private const ulong SignBits = 0x8080808080808080;

    private readonly ReadOnlySpan<byte> _codes = codes;
    private readonly ReadOnlySpan<BytePivotFactors> _factors = factors;
    private readonly Span<sbyte> _pivot = pivot;
    private float _squaredNorm;
    private float _scale;
    private float _shift;

    public void SetPivot(int node)
    {
        ReadOnlySpan<ulong> code = MemoryMarshal.Cast<byte, ulong>(GetCode(node));
        Span<ulong> pivot = MemoryMarshal.Cast<sbyte, ulong>(_pivot);
        for (int i = 0; i < pivot.Length && i < code.Length; i++)
        {
            pivot[i] = code[i] ^ SignBits;
        }

        ref readonly BytePivotFactors factors = ref _factors[node];
        _squaredNorm = factors.SquaredNorm;
        _scale = -2 * factors.Scale;
        _shift = -127.5f * ((2 * factors.HalfSum) - (0.5f * _pivot.Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Prefetch(int node)
    {
        Distance.Prefetch.Read(GetCode(node));
        Distance.Prefetch.Read(_factors.Slice(node, 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly float Measure(int node) => ToDistance(ByteDot.Compute(_pivot, GetCode(node)), node);

    public readonly void Measure(scoped ReadOnlySpan<int> nodes, scoped Span<float> distances)
    {
        Span<int> products = MemoryMarshal.Cast<float, int>(distances[..nodes.Length]); // In their place.
        ByteDot.Compute(_pivot, _codes, nodes, products);
        for (int i = 0; i < nodes.Length; i++)
        {
            distances[i] = ToDistance(products[i], nodes[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly float ToDistance(int product, int node)
    {
        ref readonly BytePivotFactors factors = ref _factors[node];
        float dot = product + _shift + factors.HalfSum;
        return _squaredNorm + factors.SquaredNorm + (_scale * factors.Scale * dot);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ReadOnlySpan<byte> GetCode(int node) => _codes.Slice(node * _pivot.Length, _pivot.Length);
}
