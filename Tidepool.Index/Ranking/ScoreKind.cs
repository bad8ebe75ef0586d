namespace Tidepool.Index.Ranking;

/// <summary>How a public score is made from a distance.</summary>
internal enum ScoreKind
{
    /// <summary>The distance itself; lower is better.</summary>
    Distance,

    /// <summary>-distance (a dot product); higher is better.</summary>
    NegatedDistance,

    /// <summary>1 - distance (a cosine); higher is better.</summary>
    OneMinusDistance,
}
