using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Hnsw;

/// <summary>Distances of a query to codes of a byte for each dimension.</summary>
/// <param name="codes">A code for each node, side by side.</param>
/// <param name="factors">Add and Rescale of each node.</param>
/// <param name="query">The query's own code.</param>
/// <param name="scale">What the query's code is multiplied with.</param>
/// <param name="shift">What is added to a product of codes: -127.5 times the sum of the query's code.</param>
internal readonly ref struct ByteNodeDistance(
    ReadOnlySpan<byte> codes, ReadOnlySpan<float> factors, ReadOnlySpan<sbyte> query, float scale, float shift)
    : INodeDistance
{
    private readonly ReadOnlySpan<byte> _codes = codes;
    private readonly ReadOnlySpan<float> _factors = factors;
    private readonly ReadOnlySpan<sbyte> _query = query;
    private readonly float _scale = scale;
    private readonly float _shift = shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int node)
    {
        Distance.Prefetch.Read(_codes.Slice(node * _query.Length, _query.Length));
        Distance.Prefetch.Read(_factors.Slice(2 * node, 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Measure(int node)
    {
        int product = ByteDot.Compute(_query, _codes.Slice(node * _query.Length, _query.Length));

        // |q|² is the same for all and left out.
        ReadOnlySpan<float> factors = _factors.Slice(2 * node, 2);
        return factors[0] + (factors[1] * _scale * (product + _shift));
    }

    public void Measure(scoped ReadOnlySpan<int> nodes, scoped Span<float> distances)
    {
        Span<int> products = MemoryMarshal.Cast<float, int>(distances[..nodes.Length]); // In their place.
        ByteDot.Compute(_query, _codes, nodes, products);
        for (int i = 0; i < nodes.Length; i++)
        {
            ReadOnlySpan<float> factors = _factors.Slice(2 * nodes[i], 2);
            distances[i] = factors[0] + (factors[1] * _scale * (products[i] + _shift));
        }
    }
}
