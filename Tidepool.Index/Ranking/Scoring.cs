using System.Diagnostics;

namespace Tidepool.Index.Ranking;

/// <summary>The only converter between distances (smaller is closer) and public scores.</summary>
internal static class Scoring
{
    internal static bool HigherIsBetter(ScoreKind kind) => kind != ScoreKind.Distance;

    internal static double ToScore(float distance, ScoreKind kind) => kind switch
    {
        ScoreKind.Distance => distance,
        ScoreKind.NegatedDistance => 0 - (double)distance, // Not -distance: no negative zero.
        ScoreKind.OneMinusDistance => 1 - (double)distance,
        _ => throw new UnreachableException($"Score kind {kind} has no conversion."),
    };

    /// <summary>The largest distance whose score passes an inclusive threshold.</summary>
    /// <remarks>
    /// Exact, since several distances can share a score and a score can lie between distances: a returned score used as
    /// the threshold admits its own hit. Negative infinity when no finite distance passes.
    /// </remarks>
    internal static float ToMaxDistance(double threshold, ScoreKind kind)
    {
        Debug.Assert(!double.IsNaN(threshold));

        // Scores get worse as distances grow, so the passing distances are the low end of all floats: bisect them.
        int passing = ToOrdered(float.NegativeInfinity);
        int failing = ToOrdered(float.PositiveInfinity) + 1;
        while (failing - (long)passing > 1)
        {
            int middle = (int)(((long)passing + failing) >> 1);
            if (Passes(ToScore(FromOrdered(middle), kind), threshold, kind))
            {
                passing = middle;
            }
            else
            {
                failing = middle;
            }
        }

        return FromOrdered(passing);
    }

    private static bool Passes(double score, double threshold, ScoreKind kind) =>
        HigherIsBetter(kind) ? score >= threshold : score <= threshold;

    /// <summary>Integers in the order of the floats that they stand for, negative zero just below zero.</summary>
    private static int ToOrdered(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : int.MinValue - bits - 1;
    }

    private static float FromOrdered(int ordered) =>
        BitConverter.Int32BitsToSingle(ordered >= 0 ? ordered : int.MinValue - ordered - 1);
}
