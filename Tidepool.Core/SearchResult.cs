namespace Tidepool;

/// <summary>A hit.</summary>
/// <param name="Record">What was found.</param>
/// <param name="Score">The metric's own value: a similarity or a distance, as <see cref="DistanceMetric"/>
/// says.</param>
/// <typeparam name="TRecord">What is found: a <see cref="Document"/>.</typeparam>
public sealed record SearchResult<TRecord>(TRecord Record, double Score);
