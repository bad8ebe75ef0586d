namespace Tidepool.Benchmarks.Plots;

/// <summary>Recall from 0.8 to 1, on the logarithm of what is missed: halving the misses takes the same room anywhere.
/// </summary>
internal static class RecallAxis
{
    internal const double Least = 0.8;

    /// <summary>Added to the misses, so that a recall of 1 has a place.</summary>
    private const double Floor = 0.001;

    internal static IReadOnlyList<double> Ticks { get; } = [Least, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1];

    /// <summary>Where a recall lies: 0 for <see cref="Least"/>, 1 for 1, below 0 for what is not shown.</summary>
    internal static double Position(double recall)
    {
        double least = Math.Log(1 - Least + Floor);
        return (least - Math.Log(1 - recall + Floor)) / (least - Math.Log(Floor));
    }
}
