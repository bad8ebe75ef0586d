using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Hnsw;

/// <summary>Opens distances between vectors in half precision.</summary>
internal sealed class HalfPivots(HalfCodes codes, VectorColumn rows, Metric metric) : IPivotSource<HalfNodeDistance>
{
    public HalfNodeDistance Open(BuildScratch scratch) => new(codes.Values, rows, metric, scratch.Pivot);
}
