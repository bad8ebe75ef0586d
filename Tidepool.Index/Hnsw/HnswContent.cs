using Tidepool.Index.Binary;
using Tidepool.Index.Quantization;

namespace Tidepool.Index.Hnsw;

/// <summary>A graph with its codes.</summary>
/// <param name="Graph">The links.</param>
/// <param name="Codes">The codes; null where the rows themselves are compared.</param>
/// <param name="Rotation">Of the codes; null with them.</param>
internal sealed record HnswContent(HnswGraph Graph, ByteCodes? Codes, Rotation? Rotation);
