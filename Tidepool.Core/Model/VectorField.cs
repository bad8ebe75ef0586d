namespace Tidepool.Model;

/// <summary>A vector field of a namespace; the unnamed vector has the empty name.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Dimensions">How many numbers each of its vectors has.</param>
/// <param name="Metric">How they compare.</param>
internal sealed record VectorField(string Name, int Dimensions, DistanceMetric Metric)
{
    /// <summary>What index it is to have: all that can change.</summary>
    internal IndexPolicy Index { get; init; } = IndexPolicy.Default;

    /// <summary>Whether two fields take the same vectors and compare them alike, however they are indexed.</summary>
    internal bool HasShapeOf(VectorField other) =>
        Name == other.Name && Dimensions == other.Dimensions && Metric == other.Metric;
}
