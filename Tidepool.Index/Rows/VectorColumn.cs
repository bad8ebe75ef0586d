namespace Tidepool.Index.Rows;

/// <summary>The vectors of one field, one per ordinal, row-major.</summary>
internal abstract class VectorColumn
{
    internal abstract int Dimensions { get; }

    /// <summary>One bit per ordinal, set where the row has a vector; empty when every row has one.</summary>
    /// <remarks>A row without a vector is zero-filled in <see cref="GetRun"/>.</remarks>
    internal abstract ReadOnlySpan<ulong> Presence { get; }

    /// <summary>How many ordinals from <paramref name="first"/> on lie side by side in memory; at least 1.</summary>
    internal abstract int GetRunLength(int first);

    /// <summary>How many of those that lie side by side cost no more than reading them; 0 if the first costs more.
    /// </summary>
    internal virtual int GetReadyLength(int first) => GetRunLength(first);

    /// <summary>The vectors of ordinals [first, first + count), which lie side by side.</summary>
    internal abstract ReadOnlySpan<float> GetRun(int first, int count);

    /// <summary>The L2 norms of ordinals [first, first + count).</summary>
    internal abstract ReadOnlySpan<float> GetNorms(int first, int count);

    internal ReadOnlySpan<float> GetVector(int ordinal) => GetRun(ordinal, 1);

    internal bool HasVector(int ordinal) =>
        Presence.IsEmpty || (Presence[ordinal >> 6] >> (ordinal & 63) & 1) != 0;
}
