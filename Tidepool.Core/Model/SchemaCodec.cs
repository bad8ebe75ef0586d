using System.Collections.Immutable;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;

namespace Tidepool.Model;

/// <summary>A schema as bytes: part of manifests, of incarnation records and of log entries that change it.</summary>
internal static class SchemaCodec
{
    internal static void Encode(ref SpanWriter writer, NamespaceSchema schema)
    {
        writer.WriteVarUInt64((ulong)schema.Version);
        writer.WriteVarUInt64((ulong)schema.Vectors.Length);
        foreach (VectorField field in schema.Vectors)
        {
            writer.WriteString(field.Name);
            writer.WriteVarUInt64((ulong)field.Dimensions);
            writer.WriteByte(MetricMap.ToCode(field.Metric));
            IndexPolicyCodec.Encode(ref writer, field.Index);
        }

        writer.WriteVarUInt64((ulong)schema.Attributes.Length);
        foreach (AttributeField field in schema.Attributes)
        {
            writer.WriteString(field.Name);
            writer.WriteByte((byte)field.Type);
        }
    }

    internal static NamespaceSchema Decode(ref SpanReader reader)
    {
        int version = reader.ReadVarInt32(int.MaxValue, "schema version");
        var names = new HashSet<string>(StringComparer.Ordinal);
        int vectorCount = reader.ReadCount(3 + IndexPolicyCodec.MinSizeBytes, "number of vector fields");
        ImmutableArray<VectorField>.Builder vectors = ImmutableArray.CreateBuilder<VectorField>(vectorCount);
        for (int i = 0; i < vectorCount; i++)
        {
            string name = ReadName(ref reader, names);
            int dimensions = reader.ReadVarInt32(VectorFieldOptions.MaxDimensions, "number of dimensions");
            if (dimensions == 0)
            {
                throw reader.Fault($"vector field '{name}' has 0 dimensions");
            }

            DistanceMetric metric = ReadMetric(ref reader);
            vectors.Add(new VectorField(name, dimensions, metric) { Index = IndexPolicyCodec.Decode(ref reader) });
        }

        names.Clear();
        int attributeCount = reader.ReadCount(2, "number of attributes");
        ImmutableArray<AttributeField>.Builder attributes =
            ImmutableArray.CreateBuilder<AttributeField>(attributeCount);
        for (int i = 0; i < attributeCount; i++)
        {
            attributes.Add(new AttributeField(ReadName(ref reader, names), ReadType(ref reader)));
        }

        return new NamespaceSchema(version, vectors.MoveToImmutable(), attributes.MoveToImmutable());
    }

    private static string ReadName(ref SpanReader reader, HashSet<string> names)
    {
        string name = reader.ReadString("field name");
        return names.Add(name) ? name : throw reader.Fault($"field '{name}' appears twice");
    }

    private static ColumnType ReadType(ref SpanReader reader)
    {
        var type = (ColumnType)reader.ReadByte();
        return Enum.IsDefined(type) ? type : throw reader.Fault($"attribute type {(byte)type} is unknown");
    }

    private static DistanceMetric ReadMetric(ref SpanReader reader)
    {
        byte code = reader.ReadByte();
        return MetricMap.TryFromCode(code, out DistanceMetric metric)
            ? metric
            : throw reader.Fault($"metric {code} is unknown");
    }
}
