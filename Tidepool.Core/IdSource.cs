using System.Security.Cryptography;

namespace Tidepool;

/// <summary>All that the engine leaves to chance: ids of objects, commits and batches, and when it tries again.
/// </summary>
/// <remarks>The one thing a simulation has to replace, beside the store and the <see cref="TimeProvider"/>, for two
/// runs to be the same: a subclass draws from a seed. Ids must never be given twice, not even by two processes.
/// </remarks>
internal class IdSource
{
    /// <summary>What users get.</summary>
    internal static IdSource Random { get; } = new();

    /// <summary>The id of a new object, writer or commit.</summary>
    internal virtual Guid NewId() => Guid.NewGuid();

    /// <summary>The id of a batch that its caller gave none; ids of later batches are greater.</summary>
    internal virtual Guid NewBatchId(DateTimeOffset now) => Guid.CreateVersion7(now);

    /// <summary>Seeds how long failed requests wait before they are sent again.</summary>
    internal virtual int NewRetrySeed() => RandomNumberGenerator.GetInt32(int.MaxValue);
}
