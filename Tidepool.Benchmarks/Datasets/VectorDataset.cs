using System.Runtime.InteropServices;

namespace Tidepool.Benchmarks.Datasets;

/// <summary>A folder of vectors, queries and the exact answers to them.</summary>
internal sealed class VectorDataset
{
    private readonly string _directory;

    private VectorDataset(string directory, VectorTable<float> vectors, VectorTable<float> queries, int[]? attribute)
    {
        _directory = directory;
        Vectors = vectors;
        Queries = queries;
        Attribute = attribute;
    }

    internal string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_directory)));

    internal VectorTable<float> Vectors { get; }

    internal VectorTable<float> Queries { get; }

    /// <summary>A number per vector to filter by; null when the folder has none.</summary>
    internal int[]? Attribute { get; }

    /// <summary>Reads a folder that holds base.fvecs, query.fvecs and gt.ivecs, and perhaps attr.i32.</summary>
    internal static VectorDataset Read(string directory)
    {
        string attribute = Path.Combine(directory, "attr.i32");
        return new VectorDataset(
            directory,
            VectorTable<float>.Read(Path.Combine(directory, "base.fvecs")),
            VectorTable<float>.Read(Path.Combine(directory, "query.fvecs")),
            File.Exists(attribute) ? MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(attribute)).ToArray() : null);
    }

    /// <summary>Per query the ordinals of the nearest vectors, nearest first.</summary>
    /// <param name="below">Only among the vectors whose attribute is less, from gt_selT.ivecs; null for all.</param>
    internal VectorTable<int> ReadTruth(int? below) => VectorTable<int>.Read(
        Path.Combine(_directory, below is { } limit ? $"gt_sel{limit}.ivecs" : "gt.ivecs"));
}
