using System.Numerics;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Quantization;

/// <summary>An orthonormal rotation that spreads any vector evenly over the dimensions, in n log n steps.</summary>
/// <remarks>
/// Four rounds of random sign flips, a Hadamard transform of the first or, every other round, the last 2ᵐ coordinates
/// (2ᵐ the largest power of two that fits) and, where that is not all of them, a butterfly between the halves: the
/// FHT-Kac rotation of the RaBitQ library. Stored codes imply the rotation of their seed and dimensions, to the bit:
/// it adds, subtracts and scales only, in an order that no register width changes.
/// </remarks>
internal sealed class Rotation
{
    /// <summary>What <see cref="PaddedDimensions"/> is a multiple of: a register of floats, a line of sign codes of a
    /// block.</summary>
    internal const int Multiple = 16;

    private const int Rounds = 4;

    private readonly uint[] _signs;
    private readonly int _transformed;

    internal Rotation(int dimensions, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        Dimensions = dimensions;
        PaddedDimensions = Pad(dimensions);
        _transformed = 1 << BitOperations.Log2((uint)PaddedDimensions);

        _signs = new uint[Rounds * PaddedDimensions];
        var random = new SeededRandom((uint)seed);
        for (int i = 0; i < _signs.Length; i += 64)
        {
            ulong bits = random.NextUInt64();
            for (int bit = 0; bit < 64; bit++)
            {
                _signs[i + bit] = (uint)(bits >> bit) << 31;
            }
        }
    }

    /// <summary>How many numbers a vector has.</summary>
    internal int Dimensions { get; }

    /// <summary>How many a rotated vector has.</summary>
    internal int PaddedDimensions { get; }

    private bool IsWhole => _transformed == PaddedDimensions;

    internal static int Pad(int dimensions) => checked(dimensions + Multiple - 1) / Multiple * Multiple;

    /// <summary>Rotates a vector; the spans must not overlap.</summary>
    /// <param name="vector"><see cref="Dimensions"/> numbers.</param>
    /// <param name="rotated">Takes <see cref="PaddedDimensions"/> numbers; finite ones if the vector's norm is below
    /// 2¹²⁷ / <see cref="PaddedDimensions"/>.</param>
    internal void Apply(ReadOnlySpan<float> vector, Span<float> rotated)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, Dimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rotated.Length, PaddedDimensions);
        vector.CopyTo(rotated);
        rotated[Dimensions..].Clear();
        for (int round = 0; round < Rounds; round += 2)
        {
            if (IsWhole)
            {
                // Each transform lengthens the vector by √2ᵐ, so both of them by a power of two.
                ApplyWhole(rotated, round);
                ApplyWhole(rotated, round + 1);
                RotationSteps.Scale(rotated, 1f / _transformed);
            }
            else
            {
                // Each butterfly lengthens the vector by √2.
                ApplyPart(rotated, round, start: 0);
                ApplyPart(rotated, round + 1, start: PaddedDimensions - _transformed);
                RotationSteps.Scale(rotated, 0.5f);
            }
        }
    }

    private void ApplyWhole(Span<float> values, int round)
    {
        RotationSteps.FlipSigns(values, SignsOf(round));
        RotationSteps.Hadamard(values);
    }

    private void ApplyPart(Span<float> values, int round, int start)
    {
        RotationSteps.FlipSigns(values, SignsOf(round));
        Span<float> part = values.Slice(start, _transformed);
        RotationSteps.Hadamard(part);
        RotationSteps.Scale(part, 1 / MathF.Sqrt(_transformed));
        RotationSteps.Butterfly(values);
    }

    private ReadOnlySpan<uint> SignsOf(int round) => _signs.AsSpan(round * PaddedDimensions, PaddedDimensions);
}
