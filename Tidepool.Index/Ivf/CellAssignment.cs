using System.Buffers;
using Tidepool.Index.Binary;
using Tidepool.Index.Clustering;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>Which cell each row of a column belongs to.</summary>
internal sealed class CellAssignment
{
    /// <summary>Not in a cell: no vector.</summary>
    internal const int Absent = -1;

    /// <summary>Not in a cell: a vector without a place in the index's space.</summary>
    internal const int Outside = -2;

    // Large enough for the kernels to work in blocks, small enough for all workers to have some.
    private const int ChunkRows = 1024;

    private CellAssignment(MetricSpace space, float[] centers, int[] cells, float[] squaredDistances)
    {
        Space = space;
        Centers = centers;
        Cells = cells;
        SquaredDistances = squaredDistances;
    }

    internal MetricSpace Space { get; }

    /// <summary>Row-major, in mapped dimensions.</summary>
    internal float[] Centers { get; }

    internal int CellCount => Centers.Length / Space.MappedDimensions;

    /// <summary>The cell of each row, or <see cref="Absent"/>, or <see cref="Outside"/>.</summary>
    internal int[] Cells { get; }

    /// <summary>To the center of its cell.</summary>
    internal float[] SquaredDistances { get; }

    /// <summary>How many steps of progress it takes to find the cells of some rows, at most.</summary>
    internal static long CountSteps(int rowCount) =>
        rowCount + (IvfParameters.TrainingIterations * (long)GetSampleCount(rowCount, GetCellCount(rowCount)));

    /// <summary>Trains centers on a sample and finds the nearest for each row.</summary>
    internal static CellAssignment Make(
        VectorColumn column,
        int rowCount,
        MetricSpace space,
        int seed,
        IWorkers workers,
        StepProgress progress,
        CancellationToken cancellationToken)
    {
        int[] cells = new int[rowCount];
        int[] placed = FindPlaced(column, rowCount, space, cells);
        int cellCount = GetCellCount(placed.Length);
        int sampleCount = GetSampleCount(placed.Length, cellCount);
        int mapped = space.MappedDimensions;
        float[] centers = new float[mapped];
        if (placed.Length > 0)
        {
            using var sample = new NativeArray<float>(checked(sampleCount * mapped));
            TakeSample(column, placed, space, sample, seed, workers);
            centers = KMeans.Train(
                sample.Memory,
                mapped,
                Math.Min(cellCount, placed.Length),
                IvfParameters.TrainingIterations,
                seed,
                workers,
                cancellationToken,
                () => progress.Add(sampleCount));
        }

        progress.AdvanceTo(CountSteps(rowCount) - rowCount);
        float[] squared = new float[rowCount];
        var assignment = new CellAssignment(space, centers, cells, squared);
        assignment.Assign(column, placed, workers, progress, cancellationToken);
        progress.AdvanceTo(CountSteps(rowCount));
        return assignment;
    }

    private static int GetCellCount(int placedCount) => IvfParameters.GetCellCount(Math.Max(1, placedCount));

    private static int GetSampleCount(int placedCount, int cellCount) =>
        (int)Math.Min(placedCount, (long)cellCount * IvfParameters.SampleRowsPerCell);

    private static int[] FindPlaced(VectorColumn column, int rowCount, MetricSpace space, int[] cells)
    {
        int[] placed = new int[rowCount];
        int count = 0;
        for (int row = 0; row < rowCount; row++)
        {
            if (!column.HasVector(row))
            {
                cells[row] = Absent;
            }
            else if (space.HasPlace(column.GetNorms(row, 1)[0]))
            {
                placed[count++] = row;
            }
            else
            {
                cells[row] = Outside;
            }
        }

        return placed[..count];
    }

    /// <summary>Some rows, mapped: all, or evenly spread ones with a seeded offset in each interval.</summary>
    private static void TakeSample(
        VectorColumn column, int[] placed, MetricSpace space, NativeArray<float> sample, int seed, IWorkers workers)
    {
        int mapped = space.MappedDimensions;
        int count = sample.Length / mapped;
        int parts = (count + ChunkRows - 1) / ChunkRows;
        workers.Run(parts, part =>
        {
            Span<float> values = sample.GetSpan();
            float[] scratch = new float[space.Dimensions];
            for (int i = part * ChunkRows; i < Math.Min(count, (part + 1) * ChunkRows); i++)
            {
                long first = (long)i * placed.Length / count;
                long end = (long)(i + 1) * placed.Length / count;
                ulong chance = SeededRandom.First(((ulong)(uint)seed << 32) | (uint)i);
                int row = placed[first + (long)(chance % (ulong)(end - first))];
                space.Map(
                    column.GetVector(row), column.GetNorms(row, 1)[0], scratch, values.Slice(i * mapped, mapped));
            }
        });
    }

    private void Assign(
        VectorColumn column,
        int[] placed,
        IWorkers workers,
        StepProgress progress,
        CancellationToken cancellationToken)
    {
        int mapped = Space.MappedDimensions;
        var finder = new CenterFinder(Centers, mapped);
        int parts = (placed.Length + ChunkRows - 1) / ChunkRows;
        workers.Run(parts, part =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = part * ChunkRows;
            ReadOnlySpan<int> rows = placed.AsSpan(first, Math.Min(ChunkRows, placed.Length - first));
            float[] rented = ArrayPool<float>.Shared.Rent(rows.Length * mapped);
            try
            {
                Span<float> vectors = rented.AsSpan(0, rows.Length * mapped);
                float[] scratch = new float[Space.Dimensions];
                for (int i = 0; i < rows.Length; i++)
                {
                    Space.Map(
                        column.GetVector(rows[i]),
                        column.GetNorms(rows[i], 1)[0],
                        scratch,
                        vectors.Slice(i * mapped, mapped));
                }

                int[] nearest = new int[rows.Length];
                float[] squared = new float[rows.Length];
                finder.Find(vectors, nearest, squared);
                for (int i = 0; i < rows.Length; i++)
                {
                    Cells[rows[i]] = nearest[i];
                    SquaredDistances[rows[i]] = squared[i];
                }

                progress.Add(rows.Length);
            }
            finally
            {
                ArrayPool<float>.Shared.Return(rented);
            }
        });
    }
}
