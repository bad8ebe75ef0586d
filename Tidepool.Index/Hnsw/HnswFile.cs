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
        long offset = HnswCodec.HeadSizeBytes;
        ReadOnlyMemory<byte> lowest = Take(_graph!, ref offset, _head.LowestSizeBytes);
        ReadOnlyMemory<byte> starts = Take(_graph!, ref offset, _head.StartsSizeBytes);
        ReadOnlyMemory<byte> upper = Take(_graph!, ref offset, _head.UpperSizeBytes);
        var graph = new HnswGraph(
            _head.NodeCount, _head.Parameters.M, _head.Entry, _head.TopLevel, lowest, starts, upper);
        var content = new HnswContent(graph, LoadCodes(out Rotation? rotation), rotation);
        Volatile.Write(ref _content, content);
        return content;
    }

    private ByteCodes? LoadCodes(out Rotation? rotation)
    {
        rotation = null;
        if (_head.Codes == CodeKind.None)
        {
            return null;
        }

        rotation = new Rotation(_head.Dimensions, _head.RotationSeed);
        long offset = 0;
        ReadOnlyMemory<byte> codes = Take(_codes!, ref offset, (long)_head.NodeCount * rotation.PaddedDimensions);
        ReadOnlyMemory<byte> factors = Take(
            _codes!, ref offset, (long)_head.NodeCount * ByteCodes.FactorsSizeBytes);
        return new ByteCodes(rotation.PaddedDimensions, codes, factors);
    }

    private static ReadOnlyMemory<byte> Take(IByteSource source, ref long offset, long sizeBytes)
    {
        ReadOnlyMemory<byte> part = source.Read(offset, (int)sizeBytes);
        offset += HnswCodec.Pad(sizeBytes);
        return part;
    }
}
