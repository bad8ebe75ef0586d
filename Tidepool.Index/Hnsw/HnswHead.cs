using Tidepool.Index.Distance;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Hnsw;

/// <summary>What is stored about a graph beside the graph itself.</summary>
/// <param name="NodeCount">Ordinals, with or without a vector.</param>
/// <param name="Dimensions">Of the rows.</param>
/// <param name="Parameters">How it was built.</param>
/// <param name="Metric">What for.</param>
/// <param name="Codes">What its nodes are compared by.</param>
/// <param name="Entry">Where every search begins; -1 without nodes.</param>
/// <param name="TopLevel">The entry's highest level.</param>
/// <param name="UpperSlots">Upper levels of all nodes together.</param>
/// <param name="RotationSeed">Of the codes.</param>
/// <param name="Calibration">What was measured on it.</param>
internal sealed record HnswHead(
    int NodeCount,
    int Dimensions,
    HnswParameters Parameters,
    Metric Metric,
    CodeKind Codes,
    int Entry,
    int TopLevel,
    int UpperSlots,
    int RotationSeed,
    HnswCalibration Calibration)
{
    internal IndexSettings Settings =>
        new(IndexKind.Hnsw, Codes, Metric, Parameters.M, Parameters.EfConstruction);

    internal long LowestSizeBytes => (long)NodeCount * 2 * Parameters.M * sizeof(int);

    internal long StartsSizeBytes => (long)NodeCount * sizeof(int);

    internal long UpperSizeBytes => (long)UpperSlots * Parameters.M * sizeof(int);
}
