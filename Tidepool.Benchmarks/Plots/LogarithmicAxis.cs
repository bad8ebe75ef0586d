namespace Tidepool.Benchmarks.Plots;

/// <summary>A logarithmic axis that covers some values and ends at 1, 2 or 5 times a power of ten.</summary>
internal sealed class LogarithmicAxis
{
    private static readonly double[] s_steps = [1, 2, 5];

    internal LogarithmicAxis(double least, double most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        List<double> steps = [.. StepsAround(least, most)];
        int first = steps.FindLastIndex(step => step <= least);
        int last = steps.FindIndex(step => step >= most);
        last = last == first ? last + 1 : last; // Never without extent.
        Ticks = steps[first..(last + 1)];
    }

    internal IReadOnlyList<double> Ticks { get; }

    /// <summary>Where a value lies: 0 at the first tick, 1 at the last.</summary>
    internal double Position(double value) => Math.Log(value / Ticks[0]) / Math.Log(Ticks[^1] / Ticks[0]);

    private static IEnumerable<double> StepsAround(double least, double most)
    {
        int from = (int)Math.Floor(Math.Log10(least)) - 1;
        int to = (int)Math.Ceiling(Math.Log10(most)) + 1;
        for (int power = from; power <= to; power++)
        {
            foreach (double step in s_steps)
            {
                yield return step * Math.Pow(10, power);
            }
        }
    }
}
