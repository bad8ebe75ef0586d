namespace Tidepool.Benchmarks.Plots;

/// <summary>One line of a result file, as far as a picture needs it.</summary>
internal readonly record struct MeasuredPoint(double Recall, double QueriesPerSecond);
