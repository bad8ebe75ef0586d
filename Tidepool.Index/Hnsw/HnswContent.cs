using Tidepool.Index.Binary;
using Tidepool.Index.Quantization;

namespace Tidepool.Index.Hnsw;

/// <summary>A graph with its codes.</summary>
/// <param name="Graph">The links.</param>
/// <param name="Bytes">Codes of a byte for each dimension, if those are compared.</param>
/// <param name="Rotation">Of <paramref name="Bytes"/>; null without them.</param>
/// <param name="Halves">Vectors in half precision, if those are compared.</param>
internal sealed record HnswContent(HnswGraph Graph, ByteCodes? Bytes, Rotation? Rotation, HalfCodes? Halves);
