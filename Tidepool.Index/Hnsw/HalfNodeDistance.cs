using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Hnsw;

/// <summary>Distances to vectors in half precision.</summary>
/// <param name="codes">A vector for each node, side by side.</param>
/// <param name="rows">The rows that pivots are taken from.</param>
/// <param name="metric">What sorts them; for the cosine the vectors have length one.</param>
/// <param name="query">What to measure from, as <see cref="NodeVector"/> gives it; a pivot is put there.</param>
internal readonly ref struct HalfNodeDistance(
    ReadOnlySpan<Half> codes, VectorColumn rows, Metric metric, Span<float> query) : IPivotDistance
{
    private readonly ReadOnlySpan<Half> _codes = codes;
    private readonly VectorColumn _rows = rows;
    private readonly Metric _metric = metric;
    private readonly Span<float> _query = query;
    private readonly bool _isProduct = metric is Metric.Cosine or Metric.DotProduct;

    public void SetPivot(int node) => NodeVector.Load(_rows, _metric, node, _query);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int node) => Distance.Prefetch.Read(MemoryMarshal.AsBytes(GetCode(node)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Measure(int node) =>
        _isProduct ? -HalfRows.Dot(_query, GetCode(node)) : HalfRows.SquaredEuclidean(_query, GetCode(node));

    public void Measure(scoped ReadOnlySpan<int> nodes, scoped Span<float> distances)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            distances[i] = Measure(nodes[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<Half> GetCode(int node) => _codes.Slice(node * _query.Length, _query.Length);
}
