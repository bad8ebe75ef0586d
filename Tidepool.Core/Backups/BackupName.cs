namespace Tidepool.Backups;

/// <summary>What tells a backup from others of its store.</summary>
/// <param name="Ticks">When it was completed, in UTC ticks of its store's clock; later ones have more.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct BackupName(long Ticks, Guid Id);
