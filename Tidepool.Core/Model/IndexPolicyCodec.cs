using Tidepool.Index.Binary;

namespace Tidepool.Model;

/// <summary>An index policy as bytes: part of each vector field of a schema and of a batch.</summary>
internal static class IndexPolicyCodec
{
    /// <summary>The fewest bytes that a policy takes.</summary>
    internal const int MinSizeBytes = 4;

    internal static void Encode(ref SpanWriter writer, IndexPolicy policy)
    {
        writer.WriteByte((byte)policy.Kind);
        writer.WriteByte((byte)policy.Quantization);
        writer.WriteVarUInt64((ulong)policy.M);
        writer.WriteVarUInt64((ulong)policy.EfConstruction);
    }

    internal static IndexPolicy Decode(ref SpanReader reader)
    {
        var kind = (VectorIndexKind)reader.ReadByte();
        var quantization = (VectorQuantization)reader.ReadByte();
        int m = reader.ReadVarInt32(VectorFieldOptions.MaxM, "links of a node");
        int efConstruction = reader.ReadVarInt32(VectorFieldOptions.MaxEfConstruction, "candidates of a graph");
        var policy = new IndexPolicy(kind, quantization, m, efConstruction);
        return IndexRules.IsAllowed(policy) ? policy : throw reader.Fault($"an index cannot be: {policy}");
    }
}
