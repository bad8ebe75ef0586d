using Tidepool.Manifests;
using Tidepool.Snapshots;

namespace Tidepool.Engine;

/// <summary>The segments of a manifest, fetched while it is being found out whether it is the right one.</summary>
internal sealed class SegmentFetch(SegmentLoader loader, Manifest manifest, CancellationToken cancellationToken)
{
    private readonly Task<SegmentSet> _opening = loader.OpenAllAsync(
        manifest, open: null, mayBePartial: true, cancellationToken);

    internal SegmentLoader Loader { get; } = loader;

    /// <summary>The segments; they belong to the caller.</summary>
    internal Task<SegmentSet> TakeAsync() => _opening;

    /// <summary>Lets go of the segments when they have arrived.</summary>
    internal void Abandon() => _opening.ContinueWith(
        static task =>
        {
            if (task.IsCompletedSuccessfully)
            {
                task.Result.Release();
            }
            else
            {
                _ = task.Exception; // Seen: nobody wanted the segments.
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
