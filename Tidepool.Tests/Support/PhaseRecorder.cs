using System.Collections.Concurrent;

namespace Tidepool.Tests.Support;

/// <summary>Keeps what was reported, on the thread that reports.</summary>
internal sealed class PhaseRecorder : IProgress<OperationProgress>
{
    private readonly ConcurrentQueue<OperationProgress> _reports = new();

    public void Report(OperationProgress value) => _reports.Enqueue(value);

    internal int Count(string phase) => _reports.Count(report => report.Phase == phase);
}
