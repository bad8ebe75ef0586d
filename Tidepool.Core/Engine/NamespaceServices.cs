using Microsoft.Extensions.Logging;
using Tidepool.Cleanup;
using Tidepool.Model;
using Tidepool.Segments;

namespace Tidepool.Engine;

/// <summary>What a namespace uses of its database.</summary>
internal sealed record NamespaceServices(
    string Name,
    TidepoolOptions Options,
    GracePolicy Policy,
    EngineMetrics Metrics,
    ILogger Logger,
    SegmentDiskCache? Cache,
    BranchPins Branches,
    SemaphoreSlim FlushTurns,
    SemaphoreSlim CompactionTurns)
{
    internal TimeProvider Clock => Options.TimeProvider;

    /// <summary>Whether flushes, compactions and collections start by themselves.</summary>
    internal bool RunsInBackground => Options.Compaction.Enabled && !Options.ReadOnly;

    internal void RefuseIfReadOnly()
    {
        if (Options.ReadOnly)
        {
            throw new InvalidOperationException(
                "The database was opened with ReadOnly = true; open it without to change anything.");
        }
    }

    /// <summary>The id of a batch that its caller gave none.</summary>
    internal Guid NewBatchId() => Options.Ids.NewBatchId(Clock.GetUtcNow());
}
