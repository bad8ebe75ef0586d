namespace Tidepool.Tests.Torture;

/// <summary>What was done during a soak.</summary>
internal sealed class SoakCounts
{
    private readonly Dictionary<string, int> _jobs = [];

    internal long Documents { get; set; }

    internal long Written { get; set; }

    internal long Deleted { get; set; }

    internal long Reads { get; set; }

    /// <summary>Answers that were not the model's.</summary>
    internal List<string> Problems { get; } = [];

    /// <summary>How often each job of the background ran.</summary>
    internal string Jobs
    {
        get
        {
            lock (_jobs)
            {
                return string.Join(
                    ", ", _jobs.OrderByDescending(job => job.Key).Select(job => $"{job.Value} × {job.Key}"));
            }
        }
    }

    internal void OnJob(string job)
    {
        lock (_jobs)
        {
            _jobs[job] = _jobs.GetValueOrDefault(job) + 1;
        }
    }
}
