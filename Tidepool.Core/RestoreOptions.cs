namespace Tidepool;

/// <summary>What is restored.</summary>
public sealed class RestoreOptions
{
    /// <summary>The <see cref="BackupInfo.Id"/> of the backup. Default: null, the newest.</summary>
    public string? BackupId { get; set; }

    /// <summary>Those of its namespaces to restore. Default: none, which means all.</summary>
    public IList<string> Namespaces { get; } = [];
}
