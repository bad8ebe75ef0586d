namespace Tidepool.Tests.Torture;

/// <summary>How a figure grows over the samples: the slope of the straight line that fits them best.</summary>
/// <param name="Mean">Of all samples that count.</param>
/// <param name="PerHour">The slope.</param>
internal readonly record struct SoakTrend(double Mean, double PerHour)
{
    internal static SoakTrend Of(IReadOnlyList<SoakSample> samples, Func<SoakSample, double> figure)
    {
        double middle = samples.Average(sample => sample.At.TotalHours);
        double mean = samples.Average(figure);
        double spread = samples.Sum(sample => Math.Pow(sample.At.TotalHours - middle, 2));
        double together = samples.Sum(sample => (sample.At.TotalHours - middle) * (figure(sample) - mean));
        return new SoakTrend(mean, spread > 0 ? together / spread : 0);
    }
}
