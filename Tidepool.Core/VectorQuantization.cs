namespace Tidepool;

/// <summary>What an index compares before the exact vectors, which decide in the end. The numbers are stored: they
/// never change.</summary>
public enum VectorQuantization
{
    /// <summary>What Tidepool takes to be best: today <see cref="Scalar8"/>.</summary>
    Auto = 0,

    /// <summary>Nothing: the vectors themselves are compared. The most memory traffic.</summary>
    None = 1,

    /// <summary>Half-precision numbers: 2 bytes per dimension.</summary>
    Half = 2,

    /// <summary>Numbers of 8 bits: 1 byte per dimension.</summary>
    Scalar8 = 3,

    /// <summary>Product quantization: 4 bits for each few dimensions. Not for <see cref="VectorIndexKind.Hnsw"/>.
    /// </summary>
    Product = 4,
}
