using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;

namespace Tidepool.Backups;

/// <summary>What becomes of a namespace of a backup in the database that it is restored into.</summary>
/// <param name="Source">Its state in the backup.</param>
/// <param name="Target">The record that will show it.</param>
/// <param name="Keys">The keys of its new incarnation.</param>
internal sealed record RestorePlan(Manifest Source, IncarnationRecord Target, NamespaceKeys Keys)
{
    /// <summary>Its state as the new incarnation's.</summary>
    internal Manifest State => Source with { NamespaceId = Target.NamespaceId };
}
