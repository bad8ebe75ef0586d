namespace Tidepool.Benchmarks.Measuring;

/// <summary>Durations, for their percentiles.</summary>
internal sealed class Latencies(IEnumerable<TimeSpan> durations)
{
    private readonly TimeSpan[] _sorted = [.. durations.Order()];

    internal double MedianMicroseconds => Percentile(0.5);

    internal double P99Microseconds => Percentile(0.99);

    private double Percentile(double share) => _sorted.Length == 0
        ? 0
        : Math.Round(_sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * share))].TotalMicroseconds, 1);
}
