using System.Buffers;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Hnsw;

/// <summary>The bytes of a graph and of its codes: two sections, each part of them on a 64-byte boundary.</summary>
/// <remarks>
/// Graph: the head, 2 M links of each node, each node's first upper slot, the upper slots. Codes: a code of each node;
/// for codes of a byte, two factors of each follow. The head's sizes are checked when it is opened, a link when it is
/// followed. docs/format/hnsw.md gives every byte.
/// </remarks>
internal static class HnswCodec
{
    /// <summary>The parts of the graph's section, to be written one after the other.</summary>
    internal static ReadOnlyMemory<byte>[] EncodeGraph(HnswHead head, HnswGraph graph) =>
        [EncodeHead(head), .. PadEach(graph.Lowest, graph.Starts, graph.Upper)];

    /// <summary>The parts of the codes' section; none where the rows themselves are compared.</summary>
    internal static ReadOnlyMemory<byte>[] EncodeCodes(HnswContent content) =>
        content.Bytes is { } bytes ? PadEach(bytes.Codes, bytes.Factors)
        : content.Halves is { } halves ? PadEach(halves.Codes)
        : [];

    /// <summary>Opens a stored graph; only its head is read now.</summary>
    /// <param name="graph">The graph's section.</param>
    /// <param name="codes">The codes' section; null where the rows themselves are compared.</param>
    /// <param name="rows">The rows that it was built over.</param>
    /// <param name="rowCount">How many ordinals they have.</param>
    /// <exception cref="SegmentFormatException">The bytes do not follow the format or do not fit the rows.</exception>
    internal static HnswSearcher Open(IByteSource graph, IByteSource? codes, VectorColumn rows, int rowCount)
    {
        HnswHead head = DecodeHead(graph);
        Require(head.NodeCount == rowCount, $"a graph over {head.NodeCount} rows belongs to {rowCount}");
        Require(
            head.Dimensions == rows.Dimensions,
            $"a graph over {head.Dimensions} dimensions belongs to rows of {rows.Dimensions}");
        RequireSizes(graph, HnswFormat.HeadSizeBytes, head.LowestSizeBytes, head.StartsSizeBytes, head.UpperSizeBytes);
        Require((codes is null) == (head.Codes == CodeKind.None), $"a graph has codes of kind {head.Codes} or none");
        long nodeCount = head.NodeCount;
        if (head.Codes == CodeKind.Scalar8)
        {
            RequireSizes(
                codes!, 0, nodeCount * Rotation.Pad(head.Dimensions), nodeCount * HnswFormat.FactorsSizeBytes);
        }
        else if (head.Codes == CodeKind.Float16)
        {
            RequireSizes(codes!, 0, nodeCount * HalfCodes.GetSizeBytes(head.Dimensions));
        }

        return new HnswSearcher(new HnswFile(head, graph, codes), rows);
    }

    private static byte[] EncodeHead(HnswHead head)
    {
        var output = new ArrayBufferWriter<byte>(HnswFormat.HeadSizeBytes);
        var writer = new SpanWriter(output);
        writer.WriteUInt32(HnswFormat.Magic);
        writer.WriteUInt16(HnswFormat.Version);
        writer.WriteByte((byte)head.Metric);
        writer.WriteByte((byte)head.Codes);
        writer.WriteInt32(head.NodeCount);
        writer.WriteInt32(head.Dimensions);
        writer.WriteInt32(head.Parameters.M);
        writer.WriteInt32(head.Parameters.EfConstruction);
        writer.WriteInt32(head.Entry);
        writer.WriteInt32(head.TopLevel);
        writer.WriteInt32(head.UpperSlots);
        writer.WriteInt32(head.RotationSeed);
        foreach (int ef in head.Calibration.Efs)
        {
            writer.WriteInt32(ef);
        }

        foreach (float scored in head.Calibration.Scored)
        {
            writer.WriteSingle(scored);
        }

        writer.Flush();
        byte[] bytes = new byte[HnswFormat.HeadSizeBytes];
        output.WrittenSpan.CopyTo(bytes);
        return bytes;
    }

    private static HnswHead DecodeHead(IByteSource source)
    {
        Require(source.Length >= HnswFormat.HeadSizeBytes, $"a graph of {source.Length} bytes has no head");
        var reader = new SpanReader(source.Read(0, HnswFormat.HeadSizeBytes).Span);
        Require(reader.ReadUInt32() == HnswFormat.Magic, "a graph does not begin with its magic number");
        int version = reader.ReadUInt16();
        Require(version == HnswFormat.Version, $"a graph of version {version}, but only {HnswFormat.Version} is known");
        var metric = (Metric)reader.ReadByte();
        Require(HnswBuilder.IsSupported(metric), $"a graph for metric {metric}");
        var codes = (CodeKind)reader.ReadByte();
        Require(HnswBuilder.IsSupported(codes), $"a graph with codes of kind {codes}");
        int nodeCount = ReadInRange(ref reader, 0, Beam.MaxNode, "the nodes of a graph");
        int dimensions = ReadInRange(ref reader, 1, ByteDot.MaxLength, "the dimensions of a graph");
        int m = ReadInRange(ref reader, HnswParameters.MinM, HnswParameters.MaxM, "M");
        int efConstruction = ReadInRange(ref reader, 1, HnswParameters.MaxEfConstruction, "EfConstruction");
        int entry = ReadInRange(ref reader, -1, nodeCount - 1, "the entry of a graph");
        int topLevel = ReadInRange(ref reader, 0, LevelSampler.MaxLevel, "the levels of a graph");
        int upperSlots = ReadInRange(ref reader, 0, int.MaxValue, "the upper slots of a graph");
        int seed = reader.ReadInt32();
        HnswCalibration calibration = DecodeCalibration(ref reader);
        Require(!reader.ReadBytes(reader.Remaining).ContainsAnyExcept((byte)0), "a reserved byte of a graph is not 0");
        return new HnswHead(
            nodeCount,
            dimensions,
            new HnswParameters(m, efConstruction),
            metric,
            codes,
            entry,
            topLevel,
            upperSlots,
            seed,
            calibration);
    }

    private static HnswCalibration DecodeCalibration(ref SpanReader reader)
    {
        int[] efs = new int[HnswCalibration.Targets.Length];
        for (int i = 0; i < efs.Length; i++)
        {
            efs[i] = ReadInRange(ref reader, 1, HnswFormat.MaxEf, "the candidates of a recall");
        }

        float[] scored = new float[HnswCalibration.Steps.Length];
        for (int i = 0; i < scored.Length; i++)
        {
            scored[i] = reader.ReadSingle();
            Require(scored[i] is >= 0 and <= float.MaxValue, "the cost of a search is no number");
        }

        return new HnswCalibration(efs, scored);
    }

    private static int ReadInRange(ref SpanReader reader, int min, int max, string what)
    {
        int value = reader.ReadInt32();
        Require(value >= min && value <= max, $"{what}: {value} is not between {min} and {max}");
        return value;
    }

    /// <summary>Requires that parts make up a section, and that each can be read at once.</summary>
    private static void RequireSizes(IByteSource source, long offset, params ReadOnlySpan<long> sizes)
    {
        foreach (long size in sizes)
        {
            Require(size <= Array.MaxLength, $"a part of a graph has {size} bytes");
            offset += HnswFormat.Pad(size);
        }

        Require(source.Length == offset, $"a section of a graph has {source.Length} bytes instead of {offset}");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new SegmentFormatException(message, 0);
        }
    }

    private static ReadOnlyMemory<byte>[] PadEach(params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var padded = new List<ReadOnlyMemory<byte>>();
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            padded.Add(part);
            padded.Add(new byte[HnswFormat.Pad(part.Length) - part.Length]);
        }

        return [.. padded];
    }
}
