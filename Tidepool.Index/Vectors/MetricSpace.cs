using System.Diagnostics;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;

namespace Tidepool.Index.Vectors;

/// <summary>Maps vectors to where indexes measure: squared Euclidean distances there rank as the metric does.</summary>
/// <remarks>
/// <para>Cosine: unit vectors, whose squared distance is twice the cosine distance. Both Euclidean metrics: vectors
/// less the mean of the rows. Dot product: the same, with the row's own squared norm taken off its squared distance,
/// which leaves |q|² - 2 q·x. Then a rotation, after which the dimensions are alike.</para>
/// <para>The number that ranks, in mapped terms, is called key.</para>
/// </remarks>
internal sealed class MetricSpace
{
    /// <summary>Beyond, squares of differences would leave single precision.</summary>
    internal const float LargestSafeNorm = 1e18f;

    // By the largest norm: products with a shorter query would drown in the rounding of squares.
    private const float SmallestQuery = 1e-6f;

    private readonly float[] _mean;
    private readonly Rotation _rotation;

    /// <param name="metric">One of those that <see cref="Supports"/> names.</param>
    /// <param name="dimensions">Dimensions of the vectors.</param>
    /// <param name="mean">What is subtracted; as long as a vector, or empty.</param>
    /// <param name="largestNorm">Longer vectors have no place.</param>
    /// <param name="seed">Of the rotation; the same in all segments.</param>
    internal MetricSpace(Metric metric, int dimensions, float[] mean, float largestNorm, int seed)
    {
        Debug.Assert(Supports(metric) && (mean.Length == 0 || mean.Length == dimensions));
        Metric = metric;
        _mean = mean;
        LargestNorm = largestNorm;
        _rotation = new Rotation(dimensions, seed);
    }

    internal Metric Metric { get; }

    /// <summary>Longer vectors have no place.</summary>
    internal float LargestNorm { get; }

    internal int Dimensions => _rotation.Dimensions;

    /// <summary>Dimensions of mapped vectors.</summary>
    internal int MappedDimensions => _rotation.PaddedDimensions;

    /// <summary>What is subtracted from every vector; empty for nothing.</summary>
    internal ReadOnlySpan<float> Mean => _mean;

    /// <summary>Whether indexes can serve a metric.</summary>
    internal static bool Supports(Metric metric) =>
        metric is Metric.Cosine or Metric.DotProduct or Metric.SquaredEuclidean or Metric.Euclidean;

    /// <summary>Whether a vector of a norm has a place in the space; it has none if it has no direction, or is too
    /// long.</summary>
    internal bool HasPlace(float norm) =>
        norm <= LargestNorm && (Metric != Metric.Cosine || norm > 1 / LargestSafeNorm);

    /// <summary>Whether distances to a query of a norm can be told apart in the space.</summary>
    internal bool CanSearch(float norm) =>
        HasPlace(norm) && (Metric != Metric.DotProduct || norm >= SmallestQuery * LargestNorm);

    /// <summary>Maps a vector that has a place.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="norm">Its L2 norm.</param>
    /// <param name="scratch">Overwritten; as long as the vector.</param>
    /// <param name="mapped">Takes the <see cref="MappedDimensions"/> numbers.</param>
    internal void Map(ReadOnlySpan<float> vector, float norm, Span<float> scratch, Span<float> mapped)
    {
        Debug.Assert(HasPlace(norm));
        if (Metric == Metric.Cosine)
        {
            Scale(vector, 1 / norm, scratch);
            _rotation.Apply(scratch, mapped);
        }
        else if (_mean.Length == 0)
        {
            _rotation.Apply(vector, mapped);
        }
        else
        {
            Subtract(vector, _mean, scratch);
            _rotation.Apply(scratch, mapped);
        }
    }

    /// <summary>What a row's squared distance has to be corrected by to make its key.</summary>
    internal float GetRowTerm(float norm) => Metric == Metric.DotProduct ? -(norm * norm) : 0;

    /// <summary>The key of an exact distance to a query.</summary>
    internal float ToKey(float distance, float queryNorm) => Metric switch
    {
        Metric.Cosine => 2 * distance,
        Metric.DotProduct => (queryNorm * queryNorm) + (2 * distance),
        Metric.Euclidean => distance * distance,
        _ => distance,
    };

    private static void Scale(ReadOnlySpan<float> vector, float factor, Span<float> scaled)
    {
        for (int i = 0; i < vector.Length; i++)
        {
            scaled[i] = vector[i] * factor;
        }
    }

    private static void Subtract(ReadOnlySpan<float> vector, ReadOnlySpan<float> mean, Span<float> difference)
    {
        for (int i = 0; i < vector.Length; i++)
        {
            difference[i] = vector[i] - mean[i];
        }
    }
}
