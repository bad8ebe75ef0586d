using System.Collections.Immutable;

namespace Tidepool.Backups;

/// <summary>A complete backup: creating its record is what commits it.</summary>
/// <param name="Name">What tells it from others.</param>
/// <param name="Bytes">How many bytes were stored for it.</param>
/// <param name="Namespaces">What it holds, in the ordinal order of names.</param>
internal sealed record BackupRecord(BackupName Name, long Bytes, ImmutableArray<BackupNamespace> Namespaces)
{
    internal BackupInfo Describe() => new(
        Name.Id.ToString(), new DateTimeOffset(Name.Ticks, TimeSpan.Zero), Namespaces.Length, Bytes);
}
