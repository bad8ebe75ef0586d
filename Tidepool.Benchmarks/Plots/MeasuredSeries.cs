namespace Tidepool.Benchmarks.Plots;

/// <summary>What one peer reached with one index.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Front">Its points that no other of its points beats, from the least recall to the most.</param>
internal sealed record MeasuredSeries(string Name, IReadOnlyList<MeasuredPoint> Front);
