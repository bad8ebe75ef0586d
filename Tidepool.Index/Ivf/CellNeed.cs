namespace Tidepool.Index.Ivf;

/// <summary>What a search needs to come to the cell of a true neighbour.</summary>
/// <param name="Gamma">The γ of <see cref="GammaTable"/>.</param>
/// <param name="Work">What the nearer cells take, as <see cref="CellScan.Work"/> counts.</param>
internal readonly record struct CellNeed(float Gamma, float Work);
