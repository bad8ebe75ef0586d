namespace Tidepool.Index.Hnsw;

/// <summary>Chooses whom a node links to: algorithm 4 of the HNSW paper, without filling up.</summary>
internal static class NeighborSelection
{
    /// <summary>Keeps a candidate if it is nearer to the node than to all that were kept before it.</summary>
    /// <remarks>So links lead in many directions; of rows that are all alike, one is kept.</remarks>
    /// <param name="distance">Left with another pivot.</param>
    /// <param name="candidates">Nearest first.</param>
    /// <param name="distances">Theirs to the node.</param>
    /// <param name="selected">Takes the chosen ones, as many as fit.</param>
    /// <returns>How many were chosen.</returns>
    internal static int Select<TDistance>(
        ref TDistance distance, ReadOnlySpan<int> candidates, ReadOnlySpan<float> distances, Span<int> selected)
        where TDistance : struct, IPivotDistance, allows ref struct
    {
        int count = 0;
        for (int i = 0; i < candidates.Length && count < selected.Length; i++)
        {
            if (IsDiverse(ref distance, candidates[i], distances[i], selected[..count]))
            {
                selected[count++] = candidates[i];
            }
        }

        return count;
    }

    private static bool IsDiverse<TDistance>(
        ref TDistance distance, int candidate, float nodeDistance, ReadOnlySpan<int> selected)
        where TDistance : struct, IPivotDistance, allows ref struct
    {
        if (selected.IsEmpty)
        {
            return true;
        }

        distance.SetPivot(candidate);
        foreach (int other in selected)
        {
            if (distance.Measure(other) <= nodeDistance)
            {
                return false;
            }
        }

        return true;
    }
}
