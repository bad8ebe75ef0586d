using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Hnsw;

/// <summary>Opens distances between the rows themselves.</summary>
internal sealed class FloatPivots(VectorColumn rows, Metric metric) : IPivotSource<FloatNodeDistance>
{
    public FloatNodeDistance Open(BuildScratch scratch) => new(rows, metric, scratch.Pivot);
}
