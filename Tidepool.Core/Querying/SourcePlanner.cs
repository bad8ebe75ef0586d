using Tidepool.Index.Vectors;

namespace Tidepool.Querying;

/// <summary>Decides how one source is searched. Pure: the same facts give the same plan.</summary>
internal static class SourcePlanner
{
    /// <summary>So few rows are compared before an index has found where to begin.</summary>
    internal const int MinIndexedSelection = 2_000;

    /// <summary>What comparing a row costs that lies next to the one before, in comparisons of a row in the
    /// cache.</summary>
    internal const double DenseRowCost = 1;

    /// <summary>The same for a row that lies apart from the others.</summary>
    internal const double ScatteredRowCost = 4;

    /// <summary>Whether to search the index rather than to compare every selected row.</summary>
    /// <param name="aim">How close to the truth to come.</param>
    /// <param name="k">How many rows are wanted.</param>
    /// <param name="rowCount">How many rows there are.</param>
    /// <param name="selectedCount">How many of them may be hits.</param>
    /// <param name="index">The index; null when there is none.</param>
    internal static bool UsesIndex(
        in SearchAim aim, int k, int rowCount, int selectedCount, IVectorIndex? index)
    {
        if (index is null || aim.IsExact || selectedCount < MinIndexedSelection)
        {
            return false;
        }

        double scanCost = Math.Min(selectedCount * ScatteredRowCost, rowCount * DenseRowCost);
        double share = (double)selectedCount / rowCount;
        return index.EstimateCost(k, aim.RecallTarget, GetBreadth(aim, index.Settings.Kind), share) < scanCost;
    }

    /// <summary>How many cells or candidates the request itself asks for; 0 for none.</summary>
    internal static int GetBreadth(in SearchAim aim, IndexKind kind) =>
        kind == IndexKind.Hnsw ? aim.EfSearch : aim.ProbeCount;
}
