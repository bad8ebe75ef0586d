using Tidepool.Index.Binary;
using Tidepool.Index.Quantization;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Hnsw;

/// <summary>A stored graph and its codes, read when they are first needed.</summary>
/// <remarks>Any number of threads; two that come first read the same twice.</remarks>
internal sealed class HnswFile
{
    private readonly HnswHead _head;
    private readonly IByteSource? _graph;
    private readonly IByteSource? _codes;
    private HnswContent? _content;

    internal HnswFile(HnswHead head, IByteSource graph, IByteSource? codes)
    {
        _head = head;
        _graph = graph;
        _codes = codes;
    }

    /// <summary>What is in memory already.</summary>
    internal HnswFile(HnswHead head, HnswContent content)
    {
        _head = head;
        _content = content;
    }

    internal HnswHead Head => _head;

    /// <exception cref="SegmentFormatException">The bytes are damaged.</exception>
    internal HnswContent Content => Volatile.Read(ref _content) ?? Load();

    private HnswContent Load()
    {
        long offset = HnswFormat.HeadSizeBytes;
        ReadOnlyMemory<byte> lowest = Take(_graph!, ref offset, _head.LowestSizeBytes);
        ReadOnlyMemory<byte> starts = Take(_graph!, ref offset, _head.StartsSizeBytes);
        ReadOnlyMemory<byte> upper = Take(_graph!, ref offset, _head.UpperSizeBytes);
        var graph = new HnswGraph(
            _head.NodeCount, _head.Parameters.M, _head.Entry, _head.TopLevel, lowest, starts, upper);
        HnswContent content = LoadCodes(graph);
        Volatile.Write(ref _content, content);
        return content;
    }

    private HnswContent LoadCodes(HnswGraph graph)
    {
        long offset = 0;
        switch (_head.Codes)
        {
            case CodeKind.Scalar8:
                var rotation = new Rotation(_head.Dimensions, _head.RotationSeed);
                int length = rotation.PaddedDimensions;
                ReadOnlyMemory<byte> codes = Take(_codes!, ref offset, (long)_head.NodeCount * length);
                ReadOnlyMemory<byte> factors = Take(
                    _codes!, ref offset, (long)_head.NodeCount * HnswFormat.FactorsSizeBytes);
                return new HnswContent(graph, new ByteCodes(length, codes, factors), rotation, Halves: null);
            case CodeKind.Float16:
                ReadOnlyMemory<byte> halves = Take(
                    _codes!, ref offset, (long)_head.NodeCount * HalfCodes.GetSizeBytes(_head.Dimensions));
                return new HnswContent(
                    graph, Bytes: null, Rotation: null, new HalfCodes(_head.Dimensions, halves));
            default:
                return new HnswContent(graph, Bytes: null, Rotation: null, Halves: null);
        }
    }

    private static ReadOnlyMemory<byte> Take(IByteSource source, ref long offset, long sizeBytes)
    {
        ReadOnlyMemory<byte> part = source.Read(offset, (int)sizeBytes);
        int padding = (int)(HnswFormat.Pad(sizeBytes) - sizeBytes);
        offset += sizeBytes;
        if (source.Read(offset, padding).Span.ContainsAnyExcept((byte)0))
        {
            throw new SegmentFormatException("the padding behind a part of a graph is not zero", offset);
        }

        offset += padding;
        return part;
    }
}
