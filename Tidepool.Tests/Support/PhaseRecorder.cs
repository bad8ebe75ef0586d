using System.Collections.Concurrent;

namespace Tidepool.Tests.Support;

/// <summary>Keeps what was reported, on the thread that reports.</summary>
/// <param name="onReport">Told of each report before it is kept; null for nobody.</param>
internal sealed class PhaseRecorder(Action<OperationProgress>? onReport = null) : IProgress<OperationProgress>
{
    private readonly ConcurrentQueue<OperationProgress> _reports = new();

    public void Report(OperationProgress value)
    {
        onReport?.Invoke(value);
        _reports.Enqueue(value);
    }

    internal int Count(string phase) => _reports.Count(report => report.Phase == phase);
}
