using System.Runtime.InteropServices;
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
        int cellCount = _searcher.Cells.Head.Cells.Length;
        float[] keys = new float[_positions.Length * cellCount];
        float[] units = new float[_positions.Length * GammaTable.Counts.Length];
        var needs = new List<CellNeed>[_positions.Length, GammaTable.Counts.Length];
        workers.Run(_positions.Length, query =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Ask(query, keys.AsSpan(query * cellCount, cellCount), units, needs);
        });
        float[] gammas = new float[GammaTable.Size];
        float[] cells = new float[GammaTable.Size];
        for (int column = 0; column < GammaTable.Counts.Length; column++)
        {
            List<CellNeed> all = [];
            for (int query = 0; query < _positions.Length; query++)
            {
                all.AddRange(needs[query, column] ?? []);
            }

            all.Sort(static (a, b) => a.Gamma.CompareTo(b.Gamma));
            for (int row = 0; row < GammaTable.Shares.Length; row++)
            {
                int i = (row * GammaTable.Counts.Length) + column;
                (gammas[i], cells[i]) = FindGamma(
                    GammaTable.Shares[row], all, gamma => CountCells(gamma, column, keys, units, cellCount));
            }
        }

        return new GammaTable(gammas, cells);
    }

    /// <summary>The least γ that finds a share of neighbours, whose needs are in the order of their γ; and how many
    /// cells it makes a search scan on average.</summary>
    private static (float Gamma, float Cells) FindGamma(
        double share, List<CellNeed> needs, Func<float, float> countCells)
    {
        if (needs.Count == 0)
        {
            return (1, countCells(1));
        }

        int low = Math.Min(needs.Count - 1, (int)(share * needs.Count));
        int high = needs.Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            int most = GammaTable.GetMostCells(countCells(Math.Max(GammaTable.Smallest, needs[middle].Gamma)));
            int found = 0;
            foreach (CellNeed need in CollectionsMarshal.AsSpan(needs)[..(middle + 1)])
            {
                found += need.Rank < most ? 1 : 0;
            }

            (low, high) = found >= share * needs.Count ? (low, middle) : (middle + 1, high);
        }

        float gamma = needs[low].Gamma;
        return (gamma, countCells(Math.Max(GammaTable.Smallest, gamma)));
    }

    /// <summary>Searches for one row's neighbours and notes how far their cells are.</summary>
    private void Ask(int query, Span<float> keys, float[] units, List<CellNeed>[,] needs)
    {
        IvfCells cells = _searcher.Cells;
        int row = _order[_positions[query]];
        ReadOnlySpan<float> vector = _column.GetVector(row);
        float norm = _column.GetNorms(row, 1)[0];
        float squaredNorm = MeasureCells(vector, norm, keys);
        int most = query < IvfParameters.WideCalibrationQueries ? GammaTable.Counts[^1] : GammaTable.Counts[1];
        most = Math.Clamp(_order.Length / 4, 1, most);
        var top = new TopK();
        top.Reset(most + 1);
        IndexCounters counters = default;
        _searcher.Search(
            new IndexQuery
            {
                Vector = vector,
                Norm = norm,
                K = most + 1,
                RecallTarget = 0.99,
                Breadth = Math.Min(keys.Length, Math.Max(LeastProbes, keys.Length / ProbedShare)),
                SelectedCount = cells.RowCount,
            },
            top,
            ref counters);
        ScoredRow[] found = new ScoredRow[most + 1];
        ScoredRow[] others = [.. found.Take(top.DrainSorted(found)).Where(hit => hit.Ordinal != _positions[query])];
        float least = keys[CodeKeys.FindSmallest(keys)];
        for (int column = 0; column < GammaTable.Counts.Length; column++)
        {
            int k = GammaTable.Counts[column];
            if (k > most || others.Length < k)
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

            List<CellNeed> list = new(k);
            foreach (ScoredRow other in others.AsSpan(0, k))
            {
                int cell = FindCell(other.Ordinal);
                list.Add(cell < 0
                    ? default
                    : new CellNeed(Math.Max(0, keys[cell] - least) / unit, CountBelow(keys, keys[cell])));
            }

            needs[query, column] = list;
            units[(query * GammaTable.Counts.Length) + column] = unit;
        }
    }

    private static int CountBelow(ReadOnlySpan<float> keys, float key)
    {
        int count = 0;
        foreach (float other in keys)
        {
            count += other < key ? 1 : 0;
        }

        return count;
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

    /// <summary>How many cells a γ makes a search scan, on average.</summary>
    private float CountCells(float gamma, int column, float[] keys, float[] units, int cellCount)
    {
        long count = 0;
        int asked = 0;
        for (int query = 0; query < _positions.Length; query++)
        {
            float unit = units[(query * GammaTable.Counts.Length) + column];
            if (unit == 0)
            {
                continue;
            }

            ReadOnlySpan<float> some = keys.AsSpan(query * cellCount, cellCount);
            float limit = some[CodeKeys.FindSmallest(some)] + (gamma * unit);
            asked++;
            for (int i = CodeKeys.FindNextAtMost(some, 0, limit);
                i < some.Length;
                i = CodeKeys.FindNextAtMost(some, i + 1, limit))
            {
                count++;
            }
        }

        return asked == 0 ? 1 : (float)count / asked;
    }
}
