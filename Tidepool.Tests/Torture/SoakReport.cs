using System.Globalization;
using System.Text;
using static Tidepool.Tests.Simulation.ReliabilityReport;

namespace Tidepool.Tests.Torture;

/// <summary>What a soak did, and whether anything grew.</summary>
internal sealed class SoakReport(SoakOptions options, IReadOnlyList<SoakSample> samples, SoakCounts counts)
{
    private const double MaxRatio = 2.5;
    private const double MaxHandlesPerHour = 10;
    private const double MaxThreadsPerHour = 5;
    private const double MaxMemoryPerHour = 0.1;

    /// <summary>The first tenth does not count: everything is used for the first time, and the data grows.</summary>
    private readonly IReadOnlyList<SoakSample> _warm = [.. samples.Skip(samples.Count / 10)];

    /// <summary>
    /// Where growth is looked for: pools and caches take longer than the data to reach their bounds, and what has none
    /// still grows afterwards.
    /// </summary>
    private readonly IReadOnlyList<SoakSample> _settled = [.. samples.Skip(samples.Count / 3)];

    /// <summary>What should not be; empty after a good run.</summary>
    internal IReadOnlyList<string> Problems
    {
        get
        {
            List<string> problems = [.. counts.Problems];
            SoakTrend memory = Trend(sample => sample.PrivateBytes);
            SoakTrend heap = Trend(sample => sample.HeapBytes);
            Check(Ratio <= MaxRatio, FormattableString.Invariant($"the store held {Ratio:F2} times the live data"));
            Check(Trend(sample => sample.Handles).PerHour <= MaxHandlesPerHour, "handles grow");
            Check(Trend(sample => sample.Mappings).PerHour <= MaxHandlesPerHour, "mappings grow");
            Check(Trend(sample => sample.Threads).PerHour <= MaxThreadsPerHour, "threads grow");
            Check(memory.PerHour <= MaxMemoryPerHour * memory.Mean, "private memory grows");
            Check(heap.PerHour <= MaxMemoryPerHour * heap.Mean, "the managed heap grows");
            return problems;

            void Check(bool isFine, string problem)
            {
                if (!isFine)
                {
                    problems.Add(problem);
                }
            }
        }
    }

    private double Ratio => _warm.Max(sample => sample.Ratio);

    internal string ToTable()
    {
        StringBuilder table = new();
        AddRow(table, "what", "how many");
        AddRow(table, "---", "---");
        AddRow(table, "time", $"{samples[^1].At.TotalMinutes:F0} min, sampled at the end of each");
        AddRow(table, "documents at the end", Number(counts.Documents));
        AddRow(table, "documents written", Number(counts.Written));
        AddRow(table, "documents deleted", Number(counts.Deleted));
        AddRow(table, "searches, gets and counts", Number(counts.Reads));
        AddRow(table, "flushes, compactions, collections", counts.Jobs);
        AddRow(table, "problems", Number(Problems.Count));
        AddRow(
            table, "when, with which commit", $"{Today()}, {Commit()}, seed {options.Seed}");
        table.Append('\n');
        AddRow(table, "at rest", "least", "most", "first", "last", "growth per hour after a third");
        AddRow(table, "---", "---", "---", "---", "---", "---");
        AddTrend(table, "live data, MiB", sample => sample.LiveBytes / 1048576.0, "F1");
        AddTrend(table, "stored, MiB", sample => sample.StoredBytes / 1048576.0, "F1");
        AddTrend(table, "stored : live", sample => sample.Ratio, "F2");
        AddTrend(table, "open handles", sample => sample.Handles, "F0");
        AddTrend(table, "mappings", sample => sample.Mappings, "F0");
        AddTrend(table, "threads", sample => sample.Threads, "F0");
        AddTrend(table, "private memory, MiB", sample => sample.PrivateBytes / 1048576.0, "F1");
        AddTrend(table, "of it, reachable objects, MiB", sample => sample.HeapBytes / 1048576.0, "F1");
        return table.ToString();
    }

    private SoakTrend Trend(Func<SoakSample, double> figure) => SoakTrend.Of(_settled, figure);

    private void AddTrend(StringBuilder table, string what, Func<SoakSample, double> figure, string format)
    {
        AddRow(
            table, what, Text(_warm.Min(figure)), Text(_warm.Max(figure)), Text(figure(_warm[0])),
            Text(figure(_warm[^1])), Trend(figure).PerHour.ToString("+0.00;-0.00", CultureInfo.InvariantCulture));

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
