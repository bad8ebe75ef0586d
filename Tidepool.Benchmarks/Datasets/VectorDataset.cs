using System.Runtime.InteropServices;

namespace Tidepool.Benchmarks.Datasets;

/// <summary>A folder of vectors, queries and the exact answers to them.</summary>
internal sealed class VectorDataset
{
    private VectorDataset(
        string name, VectorTable<float> vectors, VectorTable<float> queries, VectorTable<int> truth, int[]? attribute)
    {
        Name = name;
        Vectors = vectors;
        Queries = queries;
        Truth = truth;
        Attribute = attribute;
    }

    internal string Name { get; }

    internal VectorTable<float> Vectors { get; }

    internal VectorTable<float> Queries { get; }

    /// <summary>Per query the ordinals of the nearest vectors, nearest first.</summary>
    internal VectorTable<int> Truth { get; }

    /// <summary>A number per vector to filter by; null when the folder has none.</summary>
    internal int[]? Attribute { get; }

    /// <summary>Reads a folder.</summary>
    /// <param name="directory">Holds base.fvecs, query.fvecs and gt.ivecs, and perhaps attr.i32.</param>
    /// <param name="filterBelow">Takes the truth among the vectors whose attribute is less, from gt_selT.ivecs.</param>
    internal static VectorDataset Read(string directory, int? filterBelow)
    {
        string truth = filterBelow is { } limit ? $"gt_sel{limit}.ivecs" : "gt.ivecs";
        string attribute = Path.Combine(directory, "attr.i32");
        return new VectorDataset(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))),
            VectorTable<float>.Read(Path.Combine(directory, "base.fvecs")),
            VectorTable<float>.Read(Path.Combine(directory, "query.fvecs")),
            VectorTable<int>.Read(Path.Combine(directory, truth)),
            File.Exists(attribute) ? MemoryMarshal.Cast<byte, int>(File.ReadAllBytes(attribute)).ToArray() : null);
    }
}
