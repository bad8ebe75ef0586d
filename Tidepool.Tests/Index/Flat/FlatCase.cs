using System.Diagnostics;
using Tidepool.Index.Distance;
using Tidepool.Index.Flat;
using Tidepool.Index.Ranking;
using Tidepool.Index.Vectors;

namespace Tidepool.Tests.Index.Flat;

/// <summary>A random search: rows with many ties, some without a vector, in several runs, under a filter.</summary>
internal sealed record FlatCase(
    Metric Metric,
    float[]?[] Vectors,
    RunsColumn Column,
    int[] Ids,
    ulong[] Selected,
    float[] Query,
    int First,
    int End,
    int K,
    float MaxDistance)
{
    internal float QueryNorm { get; } = Float32Kernels.Norm(Query);

    internal static FlatCase Create(Metric metric, int seed)
    {
        var random = new Random(seed);
        int count = random.Next(4) == 0 ? random.Next(1, 70) : random.Next(1, 700);
        int dimensions = random.Next(1, 40);
        int absent = random.Next(3) switch { 0 => 0, 1 => 10, _ => 2 };
        float[]?[] vectors = new float[]?[count];
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            vectors[ordinal] = absent > 0 && random.Next(absent) == 0 ? null : SmallIntegers(dimensions, random);
        }

        int[] ids = [.. Enumerable.Range(0, count)];
        random.Shuffle(ids);
        int first = random.Next(2) == 0 ? 0 : random.Next(count + 1);
        int end = random.Next(2) == 0 ? count : random.Next(first, count + 1);
        var test = new FlatCase(
            metric,
            vectors,
            new RunsColumn(dimensions, vectors, CutRuns(count, random)),
            ids,
            Select(count, random),
            SmallIntegers(dimensions, random),
            first,
            end,
            random.Next(3) == 0 ? count : random.Next(1, 20),
            float.PositiveInfinity);

        // A limit that some row meets exactly.
        int[] wanted = [.. test.WantedOrdinals()];
        return wanted.Length > 0 && random.Next(2) == 0
            ? test with { MaxDistance = test.Measure(wanted[random.Next(wanted.Length)]) }
            : test;
    }

    internal IEnumerable<int> WantedOrdinals() =>
        Enumerable.Range(First, End - First).Where(ordinal =>
            Vectors[ordinal] is not null
            && (Selected.Length == 0 || (Selected[ordinal / 64] >> (ordinal % 64) & 1) == 1));

    internal IEnumerable<ScoredRow> SortNaively() => WantedOrdinals()
        .Select(ordinal => new ScoredRow(Measure(ordinal), ordinal))
        .Where(row => row.Distance <= MaxDistance)
        .OrderBy(row => row.Distance)
        .ThenBy(row => Ids[row.Ordinal])
        .Take(K);

    internal double Define(int ordinal) => Metric switch
    {
        Metric.Cosine => ScalarKernels.Cosine(Query, Vectors[ordinal]),
        Metric.DotProduct => -ScalarKernels.Dot(Query, Vectors[ordinal]),
        Metric.SquaredEuclidean => ScalarKernels.SquaredEuclidean(Query, Vectors[ordinal]),
        Metric.Euclidean => Math.Sqrt(ScalarKernels.SquaredEuclidean(Query, Vectors[ordinal])),
        Metric.Manhattan => ScalarKernels.Manhattan(Query, Vectors[ordinal]),
        Metric.Hamming => ScalarKernels.Hamming(Query, Vectors[ordinal]),
        _ => throw new UnreachableException($"Metric {Metric} has no definition here."),
    };

    public override string ToString() =>
        $"{Vectors.Length} rows of {Query.Length}, [{First}, {End}), {Selected.Length} words, k {K}, max {MaxDistance}";

    /// <summary>Single precision is exact on small integers; not for the cosine: there, the row alone.</summary>
    private float Measure(int ordinal) => Metric == Metric.Cosine
        ? ExactDistance.Measure(Metric, Column, Query, QueryNorm, ordinal)
        : (float)Define(ordinal);

    private static float[] SmallIntegers(int dimensions, Random random)
    {
        float[] vector = new float[dimensions];
        for (int i = 0; i < Math.Min(dimensions, 6); i++)
        {
            vector[random.Next(dimensions)] = random.Next(-1, 2);
        }

        return vector;
    }

    private static List<int> CutRuns(int count, Random random)
    {
        var lengths = new List<int>();
        for (int left = count; left > 0; left -= lengths[^1])
        {
            lengths.Add(random.Next(3) == 0 ? left : Math.Min(left, random.Next(1, 130)));
        }

        return lengths;
    }

    private static ulong[] Select(int count, Random random)
    {
        ulong[] words = new ulong[(count + 63) / 64];
        switch (random.Next(4))
        {
            case 0:
                return []; // All rows.
            case 1:
                Array.Fill(words, ulong.MaxValue); // Also beyond the last row.
                return words;
            default:
                int inverse = random.Next(1, 40);
                for (int ordinal = 0; ordinal < count; ordinal++)
                {
                    words[ordinal / 64] |= (random.Next(inverse) == 0 ? 1UL : 0) << (ordinal % 64);
                }

                return words;
        }
    }
}
