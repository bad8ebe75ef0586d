using Tidepool.Index.Distance;
using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>Measures, with rows as queries, how far around a query cells have to be scanned.</summary>
internal sealed class IvfCalibration
{
    // Enough cells that nearly all true neighbours are in them, and few enough to be quick.
    private const int LeastProbes = 128;
    private const int ProbedShare = 8;

    // How γ grows where no neighbour needs one that is large enough for all.
    private const float Step = 1.1f;
    private const int MaxSteps = 40;

    private readonly IvfSearcher _searcher;
    private readonly VectorColumn _column;
    private readonly int[] _order;
    private readonly int[] _positions;

    internal IvfCalibration(IvfSearcher searcher, VectorColumn column, int[] order, int seed)
    {
        _searcher = searcher;
        _column = column;
        _order = order;
        int[] placed = [.. Enumerable.Range(0, searcher.Cells.Head.CellPositions).Where(i => order[i] >= 0)];
        int count = Math.Min(placed.Length, IvfParameters.CalibrationQueries);
        int offset = placed.Length == 0 ? 0 : (int)((uint)seed % (uint)placed.Length);

        // Spread over all cells, in an order that makes any first part of them spread as well.
        _positions = [.. Enumerable.Range(0, count)
            .Select(i => (long)i * 151 % count)
            .Select(i => placed[(int)(((i * placed.Length / count) + offset) % placed.Length)])];
    }

    internal GammaTable Measure(IWorkers workers, CancellationToken cancellationToken)
    {
        var samples = new CellSample?[_positions.Length, GammaTable.Counts.Length];
        workers.Run(_positions.Length, query =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Ask(query, samples);
        });
        float[] gammas = new float[GammaTable.Size];
        float[] cells = new float[GammaTable.Size];
        float[] works = new float[GammaTable.Size];
        for (int column = 0; column < GammaTable.Counts.Length; column++)
        {
            CellSample[] some = [.. Enumerable.Range(0, _positions.Length)
                .Select(query => samples[query, column])
                .OfType<CellSample>()];
            CellNeed[] needs = [.. some.SelectMany(sample => sample.Needs).OrderBy(need => need.Gamma)];
            for (int row = 0; row < GammaTable.Shares.Length; row++)
            {
                int i = (row * GammaTable.Counts.Length) + column;
                gammas[i] = needs.Length == 0 ? 1 : FindGamma(GammaTable.Shares[row], needs, some);
                works[i] = GetMostWork(gammas[i], some);
                cells[i] = CountCells(gammas[i], works[i], some);
            }
        }

        return new GammaTable(gammas, cells, works);
    }

    /// <summary>The least γ that finds a share of neighbours, whose needs are in the order of their γ.</summary>
    /// <remarks>It may be more than any neighbour needs: a larger γ also lets all searches do more.</remarks>
    private float FindGamma(double share, CellNeed[] needs, CellSample[] samples)
    {
        int low = Math.Min(needs.Length - 1, (int)(share * needs.Length));
        int high = needs.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Finds(share, needs[middle].Gamma, needs, samples) ? (low, middle) : (middle + 1, high);
        }

        float gamma = Math.Max(GammaTable.Smallest, needs[low].Gamma);
        for (int i = 0; i < MaxSteps && !Finds(share, gamma, needs, samples); i++)
        {
            gamma *= Step;
        }

        return gamma;
    }

    /// <summary>Whether γ finds a share of neighbours before the work that it allows is done.</summary>
    private bool Finds(double share, float gamma, CellNeed[] needs, CellSample[] samples)
    {
        float most = GetMostWork(gamma, samples);
        int found = 0;
        for (int i = 0; i < needs.Length && needs[i].Gamma <= gamma; i++)
        {
            found += needs[i].Work < most ? 1 : 0;
        }

        return found >= share * needs.Length;
    }

    /// <summary>After how much work a search ends, so that none takes much longer than the median one.</summary>
    private float GetMostWork(float gamma, CellSample[] samples)
    {
        if (samples.Length == 0)
        {
            return float.MaxValue;
        }

        float[] works = Array.ConvertAll(
            samples, sample => sample.GetWork(sample.CountCells(Math.Max(GammaTable.Smallest, gamma))));
        Array.Sort(works);
        double first = IvfParameters.GetFirstWork(_searcher.Cells.Head.Cells.Length);
        return (float)((IvfParameters.MostTimes * (works[works.Length / 2] + first)) - first);
    }

    /// <summary>How many cells a search scans on average.</summary>
    private static float CountCells(float gamma, float work, CellSample[] samples)
    {
        gamma = Math.Max(GammaTable.Smallest, gamma);
        return samples.Length == 0
            ? 1
            : (float)samples.Average(sample => sample.CountCells(sample.CountCells(gamma), work));
    }

    /// <summary>Searches for one row's neighbours and notes how far their cells are.</summary>
    private void Ask(int query, CellSample?[,] samples)
    {
        IvfCells cells = _searcher.Cells;
        int row = _order[_positions[query]];
        ReadOnlySpan<float> vector = _column.GetVector(row);
        float norm = _column.GetNorms(row, 1)[0];
        float[] keys = new float[cells.Head.Cells.Length];
        float squaredNorm = MeasureCells(vector, norm, keys);
        float[] ascending = [.. keys.Order()];
        int most = query < IvfParameters.WideCalibrationQueries ? GammaTable.Counts[^1] : GammaTable.Counts[1];
        most = Math.Clamp(_order.Length / 4, 1, most);
        for (int column = 0; column < GammaTable.Counts.Length && GammaTable.Counts[column] <= most; column++)
        {
            int k = GammaTable.Counts[column];
            float[] works = new float[Math.Min(keys.Length, Math.Max(LeastProbes, keys.Length / ProbedShare))];
            ScoredRow[] others = Search(query, vector, norm, k, works);
            if (others.Length < k)
            {
                continue;
            }

            float unit = cells.Head.Metric == Metric.DotProduct
                ? cells.Spread * MathF.Sqrt(squaredNorm)
                : _searcher.Space.ToKey(others[k - 1].Distance, norm);
            if (!(unit > 0) || !float.IsFinite(unit))
            {
                continue;
            }

            var sample = new CellSample(ascending, works, unit);
            foreach (ScoredRow other in others.AsSpan(0, k))
            {
                int cell = FindCell(other.Ordinal);
                sample.AddNeed(cell < 0 ? null : keys[cell]);
            }

            samples[query, column] = sample;
        }
    }

    /// <summary>The rows nearest to one, without itself.</summary>
    private ScoredRow[] Search(int query, ReadOnlySpan<float> vector, float norm, int k, float[] works)
    {
        var top = new TopK();
        top.Reset(k + 1);
        _searcher.Search(
            new IndexQuery
            {
                Vector = vector,
                Norm = norm,
                K = k + 1,
                RecallTarget = 0.99,
                Breadth = works.Length,
                SelectedCount = _searcher.Cells.RowCount,
            },
            top,
            works);
        ScoredRow[] found = new ScoredRow[k + 1];
        return [.. found.Take(top.DrainSorted(found)).Where(hit => hit.Ordinal != _positions[query])];
    }

    private float MeasureCells(ReadOnlySpan<float> vector, float norm, Span<float> keys)
    {
        MetricSpace space = _searcher.Space;
        float[] mapped = new float[space.MappedDimensions];
        space.Map(vector, norm, new float[space.Dimensions], mapped);
        float squaredNorm = Float32Kernels.SquaredNorm(mapped);
        _searcher.Cells.Measure(mapped, squaredNorm, new sbyte[mapped.Length], new int[keys.Length], keys);
        for (int cell = 0; cell < _searcher.CellTerms.Length; cell++)
        {
            keys[cell] += _searcher.CellTerms[cell];
        }

        return squaredNorm;
    }

    private int FindCell(int position)
    {
        IvfCell[] cells = _searcher.Cells.Head.Cells;
        int block = position / BlockScan.Rows;
        int low = 0;
        int high = cells.Length;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = cells[middle].FirstBlock <= block ? (middle, high) : (low, middle);
        }

        return position < _searcher.Cells.Head.CellPositions ? low : -1;
    }
}
