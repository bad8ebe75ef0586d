namespace Tidepool.Index.Hnsw;

/// <summary>What a code u of a node stands for: the vector Scale (u - 127.5).</summary>
/// <param name="SquaredNorm">|v|², or zero where products alone are compared.</param>
/// <param name="Scale">Of each step of the code.</param>
/// <param name="HalfSum">Half the sum of u - 127.5.</param>
internal readonly record struct BytePivotFactors(float SquaredNorm, float Scale, float HalfSum);
