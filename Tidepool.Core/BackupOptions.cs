namespace Tidepool;

/// <summary>What a backup copies.</summary>
public sealed class BackupOptions
{
    /// <summary>Whether objects that the destination holds already, from an earlier backup, are left as they are; they
    /// are recognised by their size and checksums. Otherwise all are stored again, which mends a damaged destination.
    /// Default: true.</summary>
    public bool Incremental { get; set; } = true;

    /// <summary>The namespaces to copy. Default: none, which means all.</summary>
    public IList<string> Namespaces { get; } = [];
}
