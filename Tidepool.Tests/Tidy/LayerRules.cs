namespace Tidepool.Tests.Tidy;

/// <summary>Who may import whom; docs/architecture.md has the same table with its reasons.</summary>
internal static class LayerRules
{
    /// <summary>The part of Core's root folder that stands above everything else.</summary>
    internal const string Facade = "(facade)";

    /// <summary>The types that make up <see cref="Facade"/>.</summary>
    internal static readonly string[] FacadeTypes = ["NamespaceSnapshot", "TidepoolDatabase", "TidepoolNamespace"];

    /// <summary>Lowest project first. Storage and Index do not see each other; the compiler holds them to
    /// that.</summary>
    internal static readonly LayerProject[] Projects =
    [
        new("Tidepool.Storage", "Tidepool.Storage",
        [
            [""],
            ["Files", "InMemory", "Metering", "Retrying", "S3"],
        ]),
        new("Tidepool.Index", "Tidepool.Index",
        [
            ["Binary", "Bitmaps", "Distance", "Ranking"],
            ["Attributes"],
            ["Rows"],
            ["Clustering", "Quantization"],
            ["Vectors"],
            ["Flat"],
            ["Hnsw", "Ivf"],
            ["Segments"],
        ]),
        new("Tidepool.Core", "Tidepool",
        [
            [""],
            ["Model"],
            ["Manifests", "Memtables", "Namespaces", "Segments", "Wal"],
            ["Snapshots"],
            ["Backups", "Cleanup", "Compaction", "Flushing", "Querying", "Recovery", "Writing"],
            ["Engine"],
            [Facade],
        ]),
    ];

    /// <summary>What the rows would allow, yet is not wanted.</summary>
    internal static readonly LayerDenial[] Denials =
    [
        new("Tidepool.Core/Backups", "Tidepool.Core/Wal", "what is backed up has been applied to a snapshot"),
        new("Tidepool.Core/Querying", "Tidepool.Core/Wal", "a query cannot change state"),
        new("Tidepool.Core/Compaction", "Tidepool.Core/Wal", "segments carry all that compaction needs"),
        new("Tidepool.Core/Compaction", "Tidepool.Core/Memtables", "segments carry all that compaction needs"),
        new("Tidepool.Core/Flushing", "Tidepool.Core/Wal", "what is flushed has been applied to a memtable"),
    ];

    /// <summary>Words that a folder and all below it never says.</summary>
    internal static readonly WordDenial[] Words =
    [
        new("Tidepool.Index/", @"\b(?:Task|ValueTask|async|await|Parallel|Thread|ThreadPool|Timer)\b",
            "nothing that waits: Index is synchronous and owns no threads"),
        new("Tidepool.Index/", @"\b(?:TimeProvider|Stopwatch|DateTimeOffset\s*\.\s*UtcNow|DateTime\s*\.\s*UtcNow)\b",
            "nothing that reads a clock: what is stored depends on the input alone"),
        new("Tidepool.Index/", @"\b(?:FileStream|Directory|HttpClient|Socket)\b|\bFile\s*\.",
            "no files and no network: Index reads through IByteSource"),
        new("Tidepool.(?:Core|Index|Storage)/(?!S3/)", @"\b(?:Amazon|HttpClient|HttpRequestException)\b",
            "no HTTP and no AWS outside Storage/S3"),
    ];

    /// <summary>The folders of Core that choose and wrap stores; the others see the contract only.</summary>
    internal static readonly string[] StoreComposers = ["Engine", Facade];
}
