using Tidepool.Index.Distance;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Hnsw;

/// <summary>The vectors that a graph compares: unit vectors for the cosine, otherwise those of the rows.</summary>
internal static class NodeVector
{
    /// <summary>Takes the vector of a row; a row of zeros stays one.</summary>
    internal static void Load(VectorColumn rows, Metric metric, int ordinal, Span<float> vector) =>
        Load(rows.GetVector(ordinal), metric, metric == Metric.Cosine ? rows.GetNorms(ordinal, 1)[0] : 1, vector);

    /// <summary>Takes a query.</summary>
    internal static void Load(ReadOnlySpan<float> source, Metric metric, float norm, Span<float> vector)
    {
        source.CopyTo(vector);
        if (metric == Metric.Cosine && norm != 0)
        {
            foreach (ref float value in vector[..source.Length])
            {
                value /= norm;
            }
        }
    }
}
