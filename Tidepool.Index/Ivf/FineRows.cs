namespace Tidepool.Index.Ivf;

/// <summary>The fine codes of a cell's rows, as seen from a query.</summary>
/// <param name="codes">A code for each position.</param>
/// <param name="factors">Two numbers for each position.</param>
/// <param name="cell">The cell.</param>
/// <param name="centerSquared">Squared distance of the query to the center.</param>
/// <param name="centerDistance">Its root.</param>
/// <param name="slack">How far the rounding of the query may put an estimate off.</param>
internal readonly ref struct FineRows(
    ReadOnlySpan<byte> codes,
    ReadOnlySpan<float> factors,
    IvfCell cell,
    float centerSquared,
    float centerDistance,
    float slack)
{
    internal ReadOnlySpan<byte> Codes { get; } = codes;

    internal ReadOnlySpan<float> Factors { get; } = factors;

    internal IvfCell Cell { get; } = cell;

    internal float CenterSquared { get; } = centerSquared;

    internal float CenterDistance { get; } = centerDistance;

    internal float Slack { get; } = slack;
}
