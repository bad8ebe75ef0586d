using Tidepool.Index.Distance;

namespace Tidepool.Index.Vectors;

/// <summary>What index a vector field is to have, or has.</summary>
/// <param name="Kind">Which index.</param>
/// <param name="Codes">What it compares first.</param>
/// <param name="Metric">What it is built for.</param>
/// <param name="M">Links of a node of a graph on each upper layer, half of those on the lowest; 0 without a
/// graph.</param>
/// <param name="EfConstruction">Candidates kept while a graph is built; 0 without a graph.</param>
internal sealed record IndexSettings(IndexKind Kind, CodeKind Codes, Metric Metric, int M, int EfConstruction);
