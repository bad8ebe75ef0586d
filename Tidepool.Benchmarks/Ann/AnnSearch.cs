using System.Globalization;

namespace Tidepool.Benchmarks.Ann;

/// <summary>One way of searching.</summary>
/// <param name="Effort">The effort's name, or what else was set: "target", "sweep".</param>
/// <param name="Parameters">The parameters that were set, as name=value.</param>
/// <param name="Apply">Sets them.</param>
internal sealed record AnnSearch(string Effort, string Parameters, Action<SearchOptions> Apply)
{
    private static readonly int[] s_probeCounts =
        [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

    private static readonly int[] s_candidateCounts =
        [10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 384, 512, 768, 1024];

    /// <summary>Whether it is one of an ascending series, which can end once next to nothing is missed.</summary>
    internal bool IsSwept => Effort == "sweep";

    /// <summary>The searches to measure.</summary>
    internal static IReadOnlyList<AnnSearch> Choose(AnnSettings settings)
    {
        if (settings.IndexKind == VectorIndexKind.Flat)
        {
            return [OfEffort(SearchEffort.Exact)];
        }

        List<AnnSearch> searches =
        [
            .. settings.Efforts.Select(OfEffort),
            .. settings.RecallTargets.Select(target => new AnnSearch(
                "target",
                string.Create(CultureInfo.InvariantCulture, $"recall_target={target}"),
                options => options.RecallTarget = target)),
        ];
        if (settings.Sweep)
        {
            searches.AddRange(settings.IndexKind == VectorIndexKind.Hnsw
                ? s_candidateCounts.Select(count => new AnnSearch(
                    "sweep", $"ef_search={count}", options => options.EfSearch = count))
                : s_probeCounts.Select(count => new AnnSearch(
                    "sweep", $"probe_count={count}", options => options.ProbeCount = count)));
        }

        return searches;
    }

    private static AnnSearch OfEffort(SearchEffort effort) =>
        new(effort.ToString().ToLowerInvariant(), "", options => options.Effort = effort);
}
