using Tidepool.Index.Binary;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Clustering;

/// <summary>Lloyd's k-means: centers that rows are near to.</summary>
/// <remarks>
/// Same input, same centers, whatever the number of workers: a row's nearest center depends on the row alone, and a
/// center's rows are added in their order.
/// </remarks>
internal static class KMeans
{
    /// <summary>How many rows a sample should hold for each center: more change little.</summary>
    internal const int SampleRowsPerCenter = 64;

    /// <summary>Rounds after which centers hardly move.</summary>
    internal const int Iterations = 8;

    private const int RowsPerPart = 3072; // A multiple of the kernel's tiles.

    /// <summary>Centers of a sample, starting from some of its rows.</summary>
    /// <param name="sample">Row-major; any number of rows.</param>
    /// <param name="dimensions">Values of each row.</param>
    /// <param name="centerCount">How many centers; with fewer distinct rows, several are alike.</param>
    /// <param name="iterations">Rounds; fewer if nothing moves any more.</param>
    /// <param name="seed">Chooses the first centers.</param>
    /// <param name="workers">Threads to use.</param>
    /// <param name="cancellationToken">Looked at a few times in each round.</param>
    /// <param name="roundDone">Called after each round; null for nobody.</param>
    /// <returns>The centers, row-major.</returns>
    internal static float[] Train(
        ReadOnlyMemory<float> sample,
        int dimensions,
        int centerCount,
        int iterations,
        int seed,
        IWorkers workers,
        CancellationToken cancellationToken,
        Action? roundDone = null)
    {
        float[] centers = new float[checked(centerCount * dimensions)];
        int rowCount = sample.Length / dimensions;
        if (rowCount == 0)
        {
            return centers;
        }

        int[] order = new int[rowCount];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        new SeededRandom((ulong)seed).Choose<int>(order, Math.Min(rowCount, centerCount));
        for (int center = 0; center < centerCount; center++)
        {
            sample.Span.Slice(order[center % rowCount] * dimensions, dimensions)
                .CopyTo(centers.AsSpan(center * dimensions));
        }

        return Refine(sample, dimensions, centers, iterations, workers, roundDone, cancellationToken);
    }

    /// <summary>Centers of a sample, starting from given ones: those of the segments that are merged, say.</summary>
    internal static float[] Train(
        ReadOnlyMemory<float> sample,
        int dimensions,
        ReadOnlySpan<float> initialCenters,
        int iterations,
        IWorkers workers,
        CancellationToken cancellationToken) =>
        Refine(sample, dimensions, initialCenters.ToArray(), iterations, workers, roundDone: null, cancellationToken);

    private static float[] Refine(
        ReadOnlyMemory<float> sample,
        int dimensions,
        float[] centers,
        int iterations,
        IWorkers workers,
        Action? roundDone,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sample.Length % dimensions, 0);
        int[] nearest = new int[sample.Length / dimensions];
        int[] previous = new int[nearest.Length];
        var members = new CenterMembers(centers.Length / dimensions, nearest.Length);
        for (int iteration = 0; iteration < iterations && nearest.Length > 0; iteration++)
        {
            Assign(sample, dimensions, centers, nearest, workers, cancellationToken);
            if (iteration > 0 && nearest.AsSpan().SequenceEqual(previous))
            {
                break;
            }

            nearest.CopyTo(previous);
            members.Group(nearest);
            workers.Run(members.PartCount, part =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                members.MoveCenters(part, sample.Span, centers, dimensions);
            });
            members.FillEmpty(centers, dimensions);
            roundDone?.Invoke();
        }

        return centers;
    }

    private static void Assign(
        ReadOnlyMemory<float> sample,
        int dimensions,
        float[] centers,
        int[] nearest,
        IWorkers workers,
        CancellationToken cancellationToken)
    {
        var finder = new CenterFinder(centers, dimensions);
        float[] distances = new float[nearest.Length];
        workers.Run((nearest.Length + RowsPerPart - 1) / RowsPerPart, part =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int first = part * RowsPerPart;
            int count = Math.Min(RowsPerPart, nearest.Length - first);
            finder.Find(
                sample.Span.Slice(first * dimensions, count * dimensions),
                nearest.AsSpan(first, count),
                distances.AsSpan(first, count));
        });
    }
}
