using System.Runtime.CompilerServices;
using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Hnsw;

/// <summary>Distances to the rows themselves.</summary>
/// <param name="rows">The rows.</param>
/// <param name="metric">What sorts them.</param>
/// <param name="query">What to measure from, as <see cref="NodeVector"/> gives it; a pivot is put there.</param>
internal readonly ref struct FloatNodeDistance(VectorColumn rows, Metric metric, Span<float> query) : IPivotDistance
{
    private readonly VectorColumn _rows = rows;
    private readonly Metric _metric = metric;
    private readonly Span<float> _query = query;

    public void SetPivot(int node) => NodeVector.Load(_rows, _metric, node, _query);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int node) => Distance.Prefetch.Read(_rows.GetVector(node));

    public float Measure(int node)
    {
        ReadOnlySpan<float> row = _rows.GetVector(node);
        switch (_metric)
        {
            case Metric.DotProduct:
                return -Float32Kernels.Dot(_query, row);
            case Metric.Cosine:
                float norm = _rows.GetNorms(node, 1)[0];
                return norm == 0 ? 0 : -Float32Kernels.Dot(_query, row) / norm;
            default:
                return Float32Kernels.SquaredEuclidean(_query, row);
        }
    }

    public void Measure(scoped ReadOnlySpan<int> nodes, scoped Span<float> distances)
    {
        for (int i = 0; i < nodes.Length; i++)
        {
            distances[i] = Measure(nodes[i]);
        }
    }
}
