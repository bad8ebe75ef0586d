namespace Tidepool.Index.Hnsw;

/// <summary>What was measured on a graph: the candidates that a recall takes, and what they cost.</summary>
/// <param name="efs">For each of <see cref="Targets"/> the candidates that reach it with k = 10.</param>
/// <param name="scored">For each of <see cref="Steps"/> how many nodes a search measures.</param>
internal sealed class HnswCalibration(int[] efs, float[] scored)
{
    /// <summary>The k that it was measured with.</summary>
    internal const int K = 10;

    private readonly int[] _efs = efs;
    private readonly float[] _scored = scored;

    /// <summary>Numbers of candidates that are tried; ascending.</summary>
    internal static ReadOnlySpan<int> Steps => [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768];

    /// <summary>Recalls; ascending.</summary>
    internal static ReadOnlySpan<double> Targets => [0.8, 0.9, 0.95, 0.98, 0.99, 0.995];

    internal ReadOnlySpan<int> Efs => _efs;

    internal ReadOnlySpan<float> Scored => _scored;

    /// <summary>How many candidates to keep; at least k.</summary>
    internal int GetEf(double recallTarget, int k)
    {
        // Twice as many for more than was measured.
        long ef = 2L * _efs[^1];
        for (int i = 0; i < Targets.Length; i++)
        {
            if (Targets[i] >= recallTarget)
            {
                ef = _efs[i];
                break;
            }
        }

        // Beyond K, the k-th neighbour is found a little less surely than the K-th: half of what a recall takes beyond
        // K, for each K more.
        long extra = k <= K ? 0 : (long)(k - K) + ((ef - K) * (k - K) / (4 * K));
        return (int)Math.Clamp(ef + extra, k, int.MaxValue);
    }

    /// <summary>How many nodes a search with so many candidates measures.</summary>
    internal double EstimateScored(int ef)
    {
        ReadOnlySpan<int> steps = Steps;
        if (ef <= steps[0])
        {
            return _scored[0];
        }

        for (int i = 1; i < steps.Length; i++)
        {
            if (ef <= steps[i])
            {
                double share = (double)(ef - steps[i - 1]) / (steps[i] - steps[i - 1]);
                return _scored[i - 1] + (share * (_scored[i] - _scored[i - 1]));
            }
        }

        return (double)_scored[^1] * ef / steps[^1];
    }
}
