namespace Tidepool.Index.Ivf;

/// <summary>What a search needs to come to the cell of a true neighbour.</summary>
/// <param name="Gamma">The γ of <see cref="GammaTable"/>.</param>
/// <param name="Rank">How many cells are nearer.</param>
internal readonly record struct CellNeed(float Gamma, int Rank);
