using System.Globalization;

namespace Tidepool;

/// <summary>A vector of 32-bit floats: wraps an array or memory without copying.</summary>
/// <remarks>The caller's memory must not change until the write or search it was given to has completed. The default
/// value, and any without numbers, is no vector at all.</remarks>
public readonly struct VectorValue
{
    private readonly ReadOnlyMemory<float> _values;

    private VectorValue(ReadOnlyMemory<float> values) => _values = values;

    /// <summary>How many numbers it has; 0 when there is no vector.</summary>
    public int Dimensions => _values.Length;

    /// <summary>Whether there is no vector.</summary>
    public bool IsEmpty => _values.IsEmpty;

    internal ReadOnlySpan<float> Span => _values.Span;

    /// <summary>Wraps an array; null is no vector.</summary>
    public static implicit operator VectorValue(float[]? value) => new(value);

    /// <summary>Wraps memory.</summary>
    public static implicit operator VectorValue(ReadOnlyMemory<float> value) => new(value);

    /// <summary>Wraps memory.</summary>
    public static implicit operator VectorValue(Memory<float> value) => new(value);

    /// <summary>The numbers, without a copy.</summary>
    public ReadOnlyMemory<float> ToSingle() => _values;

    /// <summary>How many dimensions the vector has.</summary>
    public override string ToString() =>
        IsEmpty ? "no vector" : string.Create(CultureInfo.InvariantCulture, $"{Dimensions} dimensions");
}
