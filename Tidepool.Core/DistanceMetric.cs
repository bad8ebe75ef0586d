namespace Tidepool;

/// <summary>How the vectors of a field compare.</summary>
public enum DistanceMetric
{
    /// <summary>cos(a, b), in [-1, 1]; higher is better. The default.</summary>
    CosineSimilarity,

    /// <summary>1 - cos(a, b), in [0, 2]; lower is better.</summary>
    CosineDistance,

    /// <summary>a · b; higher is better.</summary>
    DotProductSimilarity,

    /// <summary>-(a · b); lower is better.</summary>
    NegativeDotProductSimilarity,

    /// <summary>√Σ (aᵢ - bᵢ)²; lower is better.</summary>
    EuclideanDistance,

    /// <summary>Σ (aᵢ - bᵢ)²; lower is better.</summary>
    EuclideanSquaredDistance,

    /// <summary>How many dimensions differ; lower is better.</summary>
    HammingDistance,

    /// <summary>Σ |aᵢ - bᵢ|; lower is better.</summary>
    ManhattanDistance,
}
