using System.Buffers;
using System.Diagnostics;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Quantization;

/// <summary>Codes of four bits for each group of four dimensions: the nearest of 16 centroids that were
/// trained.</summary>
/// <remarks>
/// <para>The code x of a residual is the vector of its centroids, and estimates are made as with any code, see
/// <see cref="CodeFactors"/>. A sign code is the special case of the centroids (±½, ±½, ±½, ±½).</para>
/// <para>A row of codes has a nibble for each group: group g is the low (even g) or high (odd g) nibble of byte g / 2,
/// its bits in reverse, the highest bit of the centroid's number lowest. That is how signs lie in a row, so
/// <see cref="SignBlock.Pack"/> packs both, and in a block a nibble is the centroid's number.</para>
/// <para>The state is <see cref="Codebooks"/> alone, laid out as <see cref="Distance.Codebooks"/> says. Any number of
/// threads may use it.</para>
/// </remarks>
internal sealed class ProductQuantizer
{
    private const int Groups = 256; // Encoded at a time.

    private readonly int _paddedDimensions;

    /// <summary>Takes codebooks as training made them: 16 finite numbers for each dimension.</summary>
    internal ProductQuantizer(int paddedDimensions, float[] codebooks)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(paddedDimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(paddedDimensions % Rotation.Multiple, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(codebooks.Length, GetCodebookSize(paddedDimensions));
        _paddedDimensions = paddedDimensions;
        Codebooks = codebooks;
    }

    /// <summary>Centroids of each group in turn: dimension d of centroid j of group g is number
    /// 64 g + 16 d + j.</summary>
    internal float[] Codebooks { get; }

    /// <summary>How many numbers the codebooks have.</summary>
    internal static int GetCodebookSize(int paddedDimensions) => checked(paddedDimensions * 16);

    /// <summary>How many bytes the codes of a row have.</summary>
    internal static int GetCodeSize(int paddedDimensions) => paddedDimensions / 8;

    /// <summary>Learns centroids from residuals of rotated vectors; the same rows and seed give the same
    /// ones.</summary>
    internal static ProductQuantizer Train(ReadOnlySpan<float> rows, int paddedDimensions, int seed) =>
        new(paddedDimensions, CodebookTraining.Train(rows, paddedDimensions, seed));

    /// <summary>Encodes a residual of rotated vectors.</summary>
    /// <param name="residual">The vector less its center.</param>
    /// <param name="center">The center.</param>
    /// <param name="nibbles">Takes <see cref="GetCodeSize"/> bytes.</param>
    internal CodeFactors Encode(ReadOnlySpan<float> residual, ReadOnlySpan<float> center, Span<byte> nibbles)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(residual.Length, _paddedDimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(center.Length, _paddedDimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nibbles.Length, GetCodeSize(_paddedDimensions));
        Span<byte> codes = stackalloc byte[Groups];
        double squares = 0;
        double errors = 0;
        double errorProduct = 0;
        double codeSquares = 0;
        double centerProduct = 0;
        int groups = _paddedDimensions / 4;
        for (int start = 0; start < groups; start += Groups)
        {
            Span<byte> part = codes[..Math.Min(Groups, groups - start)];
            ReadOnlySpan<float> books = Codebooks.AsSpan(start * 64, part.Length * 64);
            Distance.Codebooks.FindNearest(books, residual.Slice(start * 4, part.Length * 4), part);
            for (int group = 0; group < part.Length; group += 2)
            {
                nibbles[(start + group) / 2] = (byte)(Reverse(part[group]) | (Reverse(part[group + 1]) << 4));
            }

            for (int i = 0; i < part.Length * 4; i++)
            {
                double r = residual[(start * 4) + i];
                double x = books[(i / 4 * 64) + (i % 4 * 16) + part[i / 4]];
                double error = r - x;
                squares += r * r;
                errors += error * error;
                errorProduct += error * x;
                codeSquares += x * x;
                centerProduct += center[(start * 4) + i] * x;
            }
        }

        // As for bytes: sums with e = r - x, so that nothing cancels.
        double product = errorProduct + codeSquares;
        double excess = ((errors * codeSquares) - (errorProduct * errorProduct)) / (product * product);
        var sums = new CodeSums(squares, product, centerProduct, Math.Max(0, excess));
        return CodeFactors.Create(sums, _paddedDimensions);
    }

    /// <summary>The vector of centroids that codes stand for.</summary>
    internal void Decode(ReadOnlySpan<byte> nibbles, Span<float> code)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nibbles.Length, GetCodeSize(_paddedDimensions));
        ArgumentOutOfRangeException.ThrowIfNotEqual(code.Length, _paddedDimensions);
        for (int i = 0; i < code.Length; i++)
        {
            int centroid = Reverse((nibbles[i / 8] >> (i / 4 % 2 * 4)) & 15);
            code[i] = Codebooks[(i / 4 * 64) + (i % 4 * 16) + centroid];
        }
    }

    /// <summary>Builds the table with which a block is scanned for ⟨x, q⟩.</summary>
    /// <param name="query">The rotated query q.</param>
    /// <param name="table">Takes 16 bytes for each group: the sum of a row's entries, times
    /// <paramref name="scale"/>, plus <paramref name="offset"/>, is about ⟨x, q⟩.</param>
    /// <param name="scale">What one unit of an entry stands for; 0 if the entries say nothing.</param>
    /// <param name="offset">The sum of the least products.</param>
    /// <param name="error">How far such a sum may be off: half a unit for each group. Three deviations of it are
    /// <paramref name="scale"/> · √(3/4 · groups).</param>
    internal void BuildTable(
        ReadOnlySpan<float> query, Span<byte> table, out float scale, out float offset, out float error)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length, _paddedDimensions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(table.Length, _paddedDimensions * 4);
        float[] rented = ArrayPool<float>.Shared.Rent(table.Length);
        try
        {
            Span<float> products = rented.AsSpan(0, table.Length);
            Distance.Codebooks.Multiply(Codebooks, query, products);
            double sum = 0;
            float range = 0;
            for (int start = 0; start < products.Length; start += 16)
            {
                sum += SubtractLeast(products.Slice(start, 16), out float largest);
                range = Math.Max(range, largest);
            }

            float inverse = BlockScan.MaxEntry / range;
            if (!float.IsFinite(inverse) || !float.IsFinite((float)sum) || !float.IsNormal(range))
            {
                // Too little to tell entries apart; or an overflow, and then nothing is known.
                table.Clear();
                bool isKnown = float.IsFinite(range) && float.IsFinite((float)sum);
                scale = 0;
                offset = isKnown ? (float)sum : 0;
                error = isKnown ? range * (products.Length / 16) : float.MaxValue;
                return;
            }

            TableEntries.Round(products, inverse, table);
            scale = range / BlockScan.MaxEntry;
            offset = (float)sum;
            error = scale * 0.5001f * (products.Length / 16);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private static float SubtractLeast(Span<float> products, out float largest)
    {
        float least = products[0];
        float most = products[0];
        foreach (float product in products)
        {
            least = Math.Min(least, product);
            most = Math.Max(most, product);
        }

        for (int i = 0; i < products.Length; i++)
        {
            products[i] -= least;
        }

        largest = most - least;
        Debug.Assert(!(largest < 0));
        return least;
    }

    private static int Reverse(int nibble)
    {
        nibble = ((nibble >> 1) & 0b0101) | ((nibble & 0b0101) << 1);
        return (nibble >> 2) | ((nibble & 0b0011) << 2);
    }
}
