using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>Keeps one state of a namespace: what its manifest refers to, and the log from there to its position.
/// </summary>
/// <remarks>Stored under a name and a number. The name's next pin has the next number, so that no key is ever used
/// twice; a pin that was released leaves a small object behind.</remarks>
internal sealed record Pin
{
    internal required Guid NamespaceId { get; init; }

    /// <summary>A tag, or a name that Tidepool gave; see <see cref="PinNames"/>.</summary>
    internal required string Name { get; init; }

    /// <summary>1 for the first pin of that name.</summary>
    internal required long Number { get; init; }

    /// <summary>Names the pin, so that its author recognises it.</summary>
    internal required Guid Id { get; init; }

    /// <summary>The last log entry that the state has.</summary>
    internal required LogPosition Position { get; init; }

    /// <summary>All live documents of the state.</summary>
    internal required RowSum Rows { get; init; }

    /// <summary>A store time; if the pin was stored later, it keeps nothing. Null for a pin that cannot be late.
    /// </summary>
    internal required DateTimeOffset? Deadline { get; init; }

    /// <summary>A manifest whose floor is not behind the position.</summary>
    internal required Manifest Manifest { get; init; }

    /// <summary>When it was stored, on the store's clock; of a pin that was just made, a time shortly after.</summary>
    internal DateTimeOffset? StoredAt { get; init; }
}
