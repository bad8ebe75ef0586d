namespace Tidepool.Index.Vectors;

/// <summary>How an index keeps the vectors that it compares before the exact ones. Persisted: never
/// renumber.</summary>
internal enum CodeKind : byte
{
    /// <summary>No codes: the vectors themselves are compared.</summary>
    None = 0,

    /// <summary>A byte per dimension.</summary>
    Scalar8 = 1,

    /// <summary>A half-precision float per dimension.</summary>
    Float16 = 2,

    /// <summary>Product quantization: four bits for each few dimensions.</summary>
    Product = 3,
}
