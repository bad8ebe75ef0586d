namespace Tidepool.Index.Distance;

/// <summary>What a distance is made of; smaller is closer for each. Persisted: never renumber.</summary>
internal enum Metric : byte
{
    /// <summary>1 - cos(a, b), in [0, 2]; 1 where a norm is zero.</summary>
    Cosine = 1,

    /// <summary>-(a · b).</summary>
    DotProduct = 2,

    /// <summary>Σ (aᵢ - bᵢ)².</summary>
    SquaredEuclidean = 3,

    /// <summary>√Σ (aᵢ - bᵢ)².</summary>
    Euclidean = 4,

    /// <summary>Σ |aᵢ - bᵢ|.</summary>
    Manhattan = 5,

    /// <summary>How many dimensions differ.</summary>
    Hamming = 6,
}
