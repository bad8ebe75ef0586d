using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Hnsw;

/// <summary>Builds a navigable small-world graph over the rows of a segment (Malkov and Yashunin, 2016).</summary>
internal static class HnswBuilder
{
    /// <summary>Whether there can be a graph: distances must be made of products and norms.</summary>
    internal static bool IsSupported(Metric metric) =>
        metric is Metric.Cosine or Metric.DotProduct or Metric.SquaredEuclidean or Metric.Euclidean;

    internal static bool IsSupported(CodeKind codes) => codes is CodeKind.None or CodeKind.Scalar8 or CodeKind.Float16;

    /// <summary>Builds a graph and its codes, and measures how many candidates a recall takes.</summary>
    /// <param name="rows">The rows, in their final order.</param>
    /// <param name="rowCount">How many ordinals they have.</param>
    /// <param name="present">Bit i for an ordinal that is to be found; empty for all.</param>
    /// <param name="metric">What to sort by.</param>
    /// <param name="parameters">How to build.</param>
    /// <param name="codes">What to compare.</param>
    /// <param name="seed">Same seed, same rows, one worker: same bytes. The rotation of the codes follows it.</param>
    /// <param name="workers">Threads to use.</param>
    /// <param name="progress">Told the rows done and all rows, now and then, by any worker; null for nobody.</param>
    /// <param name="cancellationToken">Looked at every few hundred rows.</param>
    internal static HnswBuild Build(
        VectorColumn rows,
        int rowCount,
        ReadOnlySpan<ulong> present,
        Metric metric,
        HnswParameters parameters,
        CodeKind codes,
        int seed,
        IWorkers workers,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(IsSupported(metric), false);
        ArgumentOutOfRangeException.ThrowIfEqual(IsSupported(codes), false);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowCount, Beam.MaxNode);
        CheckRange(parameters.M, HnswParameters.MinM, HnswParameters.MaxM);
        CheckRange(parameters.EfConstruction, 1, HnswParameters.MaxEfConstruction);
        int[] nodes = FindNodes(rows, rowCount, present);
        var memory = new NativeArrays();
        try
        {
            HnswContent content = codes switch
            {
                CodeKind.None => BuildOverRows(
                    rows, rowCount, nodes, metric, parameters, seed, memory, workers, progress, cancellationToken),
                CodeKind.Float16 => BuildOverHalves(
                    rows, rowCount, nodes, metric, parameters, seed, memory, workers, progress, cancellationToken),
                _ => BuildOverBytes(
                    rows, rowCount, nodes, metric, parameters, seed, memory, workers, progress, cancellationToken),
            };
            HnswHead head = Measure(
                rows, rowCount, nodes, metric, parameters, codes, seed, content, workers, cancellationToken);
            return new HnswBuild(HnswCodec.EncodeGraph(head, content.Graph), HnswCodec.EncodeCodes(content))
            {
                Memory = memory,
            };
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static HnswHead Measure(
        VectorColumn rows,
        int rowCount,
        int[] nodes,
        Metric metric,
        HnswParameters parameters,
        CodeKind codes,
        int seed,
        HnswContent content,
        IWorkers workers,
        CancellationToken cancellationToken)
    {
        HnswGraph graph = content.Graph;
        var head = new HnswHead(
            rowCount,
            rows.Dimensions,
            parameters,
            metric,
            codes,
            graph.Entry,
            graph.TopLevel,
            graph.Upper.Length / (parameters.M * sizeof(int)),
            seed,
            HnswCalibrator.Unmeasured);
        var searcher = new HnswSearcher(new HnswFile(head, content), rows);
        return head with
        {
            Calibration = HnswCalibrator.Measure(searcher, rows, rowCount, nodes, seed, workers, cancellationToken),
        };
    }

    private static HnswContent BuildOverRows(
        VectorColumn rows,
        int rowCount,
        int[] nodes,
        Metric metric,
        HnswParameters parameters,
        int seed,
        NativeArrays memory,
        IWorkers workers,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        byte[] levels = SampleLevels(rowCount, nodes, parameters.M, seed);
        var builder = new GraphBuilder<FloatPivots, FloatNodeDistance>(
            new FloatPivots(rows, metric),
            new GraphBuffer(rowCount, parameters.M, levels, memory),
            levels,
            parameters,
            rows.Dimensions);
        HnswGraph graph = builder.Build(nodes, workers, progress, cancellationToken);
        return new HnswContent(graph, Bytes: null, Rotation: null, Halves: null);
    }

    private static HnswContent BuildOverHalves(
        VectorColumn rows,
        int rowCount,
        int[] nodes,
        Metric metric,
        HnswParameters parameters,
        int seed,
        NativeArrays memory,
        IWorkers workers,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        HalfCodes codes = HalfCodes.Encode(rows, metric, rowCount, nodes, memory, workers, cancellationToken);
        byte[] levels = SampleLevels(rowCount, nodes, parameters.M, seed);
        var builder = new GraphBuilder<HalfPivots, HalfNodeDistance>(
            new HalfPivots(codes, rows, metric),
            new GraphBuffer(rowCount, parameters.M, levels, memory),
            levels,
            parameters,
            rows.Dimensions);
        HnswGraph graph = builder.Build(nodes, workers, progress, cancellationToken);
        return new HnswContent(graph, Bytes: null, Rotation: null, codes);
    }

    private static HnswContent BuildOverBytes(
        VectorColumn rows,
        int rowCount,
        int[] nodes,
        Metric metric,
        HnswParameters parameters,
        int seed,
        NativeArrays memory,
        IWorkers workers,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        var rotation = new Rotation(rows.Dimensions, seed);
        ByteCodes codes = ByteCodes.Encode(
            rows, metric, rowCount, nodes, rotation, memory, workers, cancellationToken);
        byte[] levels = SampleLevels(rowCount, nodes, parameters.M, seed);
        var builder = new GraphBuilder<BytePivots, BytePivotDistance>(
            new BytePivots(codes, rowCount, workers),
            new GraphBuffer(rowCount, parameters.M, levels, memory),
            levels,
            parameters,
            rotation.PaddedDimensions);
        HnswGraph graph = builder.Build(nodes, workers, progress, cancellationToken);
        return new HnswContent(graph, codes, rotation, Halves: null);
    }

    private static int[] FindNodes(VectorColumn rows, int rowCount, ReadOnlySpan<ulong> present)
    {
        var nodes = new List<int>(rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            if (rows.HasVector(row) && (present.IsEmpty || BitWords.Test(present, row)))
            {
                nodes.Add(row);
            }
        }

        return [.. nodes];
    }

    private static byte[] SampleLevels(int rowCount, int[] nodes, int m, int seed)
    {
        byte[] levels = new byte[rowCount];
        var sampler = new LevelSampler(m, seed);
        foreach (int node in nodes)
        {
            levels[node] = (byte)sampler.Next();
        }

        return levels;
    }

    private static void CheckRange(int value, int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max);
    }
}
