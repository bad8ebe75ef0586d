namespace Tidepool.Benchmarks.Plots;

/// <summary>The points worth choosing among: each is the fastest of those with its recall or more.</summary>
internal static class ParetoFront
{
    /// <summary>The front of some points: recall ascending, speed descending.</summary>
    internal static List<MeasuredPoint> Of(IEnumerable<MeasuredPoint> points)
    {
        var front = new List<MeasuredPoint>();
        double fastest = 0;
        foreach (MeasuredPoint point in points
            .OrderByDescending(point => point.Recall)
            .ThenByDescending(point => point.QueriesPerSecond))
        {
            if (point.QueriesPerSecond > fastest)
            {
                front.Add(point);
                fastest = point.QueriesPerSecond;
            }
        }

        front.Reverse();
        return front;
    }
}
