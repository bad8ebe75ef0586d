using Tidepool.Model;

namespace Tidepool.Namespaces;

/// <summary>One record in the history of a namespace: odd ones create it, even ones say that it was dropped.</summary>
/// <param name="Name">The namespace.</param>
/// <param name="Number">The record's number, from 1 on.</param>
/// <param name="NamespaceId">The incarnation that was created or dropped; its data is stored under this id.</param>
/// <param name="Schema">The fields it was created with; empty in a record of a drop.</param>
internal sealed record IncarnationRecord(string Name, long Number, Guid NamespaceId, NamespaceSchema Schema)
{
    internal bool IsDropped => IsDrop(Number);

    /// <summary>Whether a record of this number says that the namespace was dropped; the name alone tells.</summary>
    internal static bool IsDrop(long number) => number % 2 == 0;
}
