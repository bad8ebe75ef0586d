namespace Tidepool.Index.Distance;

/// <summary>Sums over a code x of bytes and what it misses, e = r - step · x.</summary>
/// <param name="Errors">|e|².</param>
/// <param name="ErrorProduct">⟨e, x⟩.</param>
/// <param name="Codes">|x|².</param>
/// <param name="CenterProduct">⟨c, x⟩.</param>
internal readonly record struct ByteCodeSums(float Errors, float ErrorProduct, float Codes, float CenterProduct);
