using Tidepool.Manifests;

namespace Tidepool.Backups;

/// <summary>A namespace as a backup holds it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">All of it at one position of its log, as the first manifest of an incarnation whose log goes on
/// from there.</param>
internal sealed record BackupNamespace(string Name, Manifest State);
