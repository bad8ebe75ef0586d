namespace Tidepool;

/// <summary>A backup that is complete.</summary>
/// <param name="Id">Names it among the backups of its store.</param>
/// <param name="CreatedAt">When it was completed, by its store's clock.</param>
/// <param name="Namespaces">How many namespaces it holds.</param>
/// <param name="Bytes">How many bytes were stored for it; what the store held already does not count.</param>
public sealed record BackupInfo(string Id, DateTimeOffset CreatedAt, int Namespaces, long Bytes);
