using System.Buffers;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>The head of a cell index as bytes.</summary>
internal static class IvfHeadCodec
{
    internal static byte[] Encode(IvfHead head)
    {
        var output = new ArrayBufferWriter<byte>();
        SpanWriter writer = new(output);
        writer.WriteUInt32(IvfFormat.Magic);
        writer.WriteUInt16(IvfFormat.Version);
        writer.WriteByte((byte)head.Metric);
        writer.WriteByte((byte)head.Codes);
        writer.WriteInt32(head.Cells.Length);
        writer.WriteInt32(head.DefaultProbeCount);
        writer.WriteInt32(head.Dimensions);
        writer.WriteInt32(head.MappedDimensions);
        writer.WriteInt32(head.BlockCount);
        writer.WriteInt32(head.OutsiderCount);
        writer.WriteInt32(head.Seed);
        writer.WriteInt32(head.Mean.Length);
        writer.WriteInt32(head.Codebooks.Length);
        writer.WriteSingle(head.LargestNorm);
        WriteAll(ref writer, head.Gammas.Gammas);
        WriteAll(ref writer, head.Gammas.Cells);
        WriteAll(ref writer, head.Gammas.Works);
        WriteAll(ref writer, head.Mean);
        WriteAll(ref writer, head.Codebooks);
        foreach (IvfCell cell in head.Cells)
        {
            writer.WriteInt32(cell.FirstBlock);
            writer.WriteInt32(cell.RowCount);
            writer.WriteSingle(cell.Radius);
            writer.WriteSingle(cell.CoarseBase);
            writer.WriteSingle(cell.CoarseError);
            writer.WriteSingle(cell.FineError);
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a head of which nothing is trusted.</summary>
    /// <exception cref="SegmentFormatException">It contradicts itself, or is of an unknown version.</exception>
    internal static IvfHead Decode(ReadOnlySpan<byte> bytes)
    {
        SpanReader reader = new(bytes);
        Require(reader.ReadUInt32() == IvfFormat.Magic, ref reader, "the cell index does not start with its magic");
        int version = reader.ReadUInt16();
        Require(
            version == IvfFormat.Version,
            ref reader,
            $"the cell index has version {version}, expected {IvfFormat.Version}");
        var metric = (Metric)reader.ReadByte();
        Require(MetricSpace.Supports(metric), ref reader, $"metric {(int)metric} has no cell index");
        var codes = (CodeKind)reader.ReadByte();
        Require(Enum.IsDefined(codes), ref reader, $"codes of kind {(int)codes} are unknown");
        int cellCount = ReadBetween(ref reader, 1, IvfFormat.MaxCellCount, "number of cells");
        int probeCount = ReadBetween(ref reader, 1, cellCount, "number of cells to scan");
        int dimensions = ReadBetween(ref reader, 1, 1 << 17, "number of dimensions");
        int mapped = reader.ReadInt32();
        Require(mapped == Rotation.Pad(dimensions), ref reader, $"{dimensions} dimensions map to {mapped}");
        int blockCount = ReadBetween(ref reader, 0, 1 << 25, "number of blocks");
        int outsiders = ReadBetween(ref reader, 0, 1 << 30, "number of outsiders");
        int seed = reader.ReadInt32();
        int meanLength = reader.ReadInt32();
        Require(meanLength == 0 || meanLength == dimensions, ref reader, $"the mean has {meanLength} dimensions");
        int codebookLength = reader.ReadInt32();
        Require(
            codebookLength == (codes == CodeKind.Product ? mapped * 16 : 0),
            ref reader,
            $"codebooks have {codebookLength} numbers");
        float largestNorm = ReadFinite(ref reader);
        long expected = ((3L * GammaTable.Size) + meanLength + codebookLength) * sizeof(float);
        expected += (long)cellCount * IvfFormat.CellSizeBytes;
        Require(reader.Remaining == expected, ref reader, $"{reader.Remaining} bytes follow, expected {expected}");
        float[] gammas = ReadAll(ref reader, GammaTable.Size);
        float[] averages = ReadAll(ref reader, GammaTable.Size);
        float[] works = ReadAll(ref reader, GammaTable.Size);
        float[] mean = ReadAll(ref reader, meanLength);
        float[] codebooks = ReadAll(ref reader, codebookLength);
        IvfCell[] cells = ReadCells(ref reader, cellCount, blockCount);
        return new IvfHead
        {
            Metric = metric,
            Codes = codes,
            Dimensions = dimensions,
            MappedDimensions = mapped,
            Seed = seed,
            DefaultProbeCount = probeCount,
            OutsiderCount = outsiders,
            LargestNorm = largestNorm,
            Mean = mean,
            Gammas = new GammaTable(gammas, averages, works),
            Cells = cells,
            Codebooks = codebooks,
        };
    }

    private static IvfCell[] ReadCells(ref SpanReader reader, int cellCount, int blockCount)
    {
        var cells = new IvfCell[cellCount];
        int nextBlock = 0;
        for (int i = 0; i < cellCount; i++)
        {
            cells[i] = new IvfCell(
                reader.ReadInt32(),
                reader.ReadInt32(),
                ReadFinite(ref reader),
                ReadFinite(ref reader),
                ReadFinite(ref reader),
                ReadFinite(ref reader));
            Require(cells[i].FirstBlock == nextBlock, ref reader, $"cell {i} is at block {cells[i].FirstBlock}");
            Require(
                cells[i].RowCount >= 0 && cells[i].RowCount <= (blockCount - nextBlock) * (long)BlockScan.Rows,
                ref reader,
                $"cell {i} has {cells[i].RowCount} rows");
            nextBlock += cells[i].BlockCount;
        }

        Require(nextBlock == blockCount, ref reader, $"cells have {nextBlock} blocks, expected {blockCount}");
        return cells;
    }

    private static void WriteAll(ref SpanWriter writer, ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            writer.WriteSingle(value);
        }
    }

    private static float[] ReadAll(ref SpanReader reader, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = ReadFinite(ref reader);
        }

        return values;
    }

    private static float ReadFinite(ref SpanReader reader)
    {
        float value = reader.ReadSingle();
        Require(float.IsFinite(value), ref reader, $"{value} is no finite number");
        return value;
    }

    private static int ReadBetween(ref SpanReader reader, int min, int max, string what)
    {
        int value = reader.ReadInt32();
        Require(value >= min && value <= max, ref reader, $"{what} is {value}, expected {min} to {max}");
        return value;
    }

    private static void Require(bool condition, ref SpanReader reader, string message)
    {
        if (!condition)
        {
            throw reader.Fault(message);
        }
    }
}
