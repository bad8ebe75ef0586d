using System.Text.Json;

namespace Tidepool.Tests.Crashes;

/// <summary>Sums over the runs of one scenario on one kind of store; travels between processes as one line.</summary>
internal sealed record CrashTotals(string Scenario, string Store)
{
    /// <summary>The requests of the process that dies first, when nothing stops it.</summary>
    public int Steps { get; set; }

    /// <summary>Runs in which one process dies.</summary>
    public long Single { get; set; }

    /// <summary>Runs in which the one that recovers dies as well, or is overtaken by a late request of the first.
    /// </summary>
    public long Double { get; set; }

    public long Requests { get; set; }

    public long Failures { get; set; }

    public long Points => Single + Double;

    internal static CrashTotals Parse(string line) => JsonSerializer.Deserialize<CrashTotals>(line)!;

    internal string ToLine() => JsonSerializer.Serialize(this);

    internal void Add(CrashTotals other)
    {
        Steps = Math.Max(Steps, other.Steps);
        Single += other.Single;
        Double += other.Double;
        Requests += other.Requests;
        Failures += other.Failures;
    }
}
