using System.Runtime.InteropServices;

namespace Tidepool.Model;

/// <summary>A vector of a batch, in place.</summary>
internal readonly ref struct BatchVector(int ordinal, VectorField field, ReadOnlySpan<byte> bytes)
{
    /// <summary>Where the field is in the schema's <see cref="NamespaceSchema.Vectors"/>.</summary>
    internal int Ordinal { get; } = ordinal;

    internal VectorField Field { get; } = field;

    /// <summary>The numbers as little-endian floats.</summary>
    internal ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>The numbers, not aligned to anything.</summary>
    internal ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(Bytes);
}
