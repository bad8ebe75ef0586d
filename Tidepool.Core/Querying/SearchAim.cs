namespace Tidepool.Querying;

/// <summary>How close to the truth a search is to come where there are indexes.</summary>
/// <param name="IsExact">Whether no index may be used.</param>
/// <param name="RecallTarget">The share of the true hits that is aimed at.</param>
/// <param name="ProbeCount">How many cells to scan; 0 for what reaches the target.</param>
/// <param name="EfSearch">How many candidates of a graph to keep; 0 for what reaches the target.</param>
internal readonly record struct SearchAim(bool IsExact, double RecallTarget, int ProbeCount, int EfSearch)
{
    /// <summary>What the efforts aim at. What is measured lies above, so that the default finds 0.95 of the hits on all
    /// data.</summary>
    internal const double LowRecallTarget = 0.85;

    /// <inheritdoc cref="LowRecallTarget"/>
    internal const double DefaultRecallTarget = 0.98;

    /// <inheritdoc cref="LowRecallTarget"/>
    internal const double HighRecallTarget = 0.99;

    internal static SearchAim Exact => new(IsExact: true, RecallTarget: 1, ProbeCount: 0, EfSearch: 0);

    internal static SearchAim Of(SearchOptions options)
    {
        if (options.RecallTarget is null && options.Effort == SearchEffort.Exact)
        {
            return Exact;
        }

        double target = options.RecallTarget ?? options.Effort switch
        {
            SearchEffort.Low => LowRecallTarget,
            SearchEffort.High => HighRecallTarget,
            _ => DefaultRecallTarget,
        };
        return new SearchAim(IsExact: false, target, options.ProbeCount ?? 0, options.EfSearch ?? 0);
    }
}
