using Tidepool.Index.Distance;

namespace Tidepool.Index.Ivf;

/// <summary>Finds the rows with the smallest estimates.</summary>
internal static class NearestFirst
{
    // Above, sorting all is faster than looking for the smallest time and again.
    private const int LargestSearched = 32;

    /// <summary>Moves the positions with the smallest estimates to the front.</summary>
    internal static void Select(Span<float> estimates, Span<int> positions, int count)
    {
        if (count == estimates.Length)
        {
            return;
        }

        if (count > LargestSearched)
        {
            estimates.Sort(positions);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            int smallest = i + CodeKeys.FindSmallest(estimates[i..]);
            (estimates[i], estimates[smallest]) = (estimates[smallest], estimates[i]);
            (positions[i], positions[smallest]) = (positions[smallest], positions[i]);
        }
    }
}
