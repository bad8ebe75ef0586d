using System.Collections.Immutable;

namespace Tidepool.Model;

/// <summary>What the fields of a namespace are at one position of its log. Fields are added, never changed.</summary>
/// <param name="Version">How many changes made it: 0 for a schema without fields.</param>
/// <param name="Vectors">Vector fields in order of appearance.</param>
/// <param name="Attributes">Attributes in order of appearance.</param>
internal sealed record NamespaceSchema(
    int Version, ImmutableArray<VectorField> Vectors, ImmutableArray<AttributeField> Attributes)
{
    internal static NamespaceSchema Empty { get; } = new(0, [], []);
}
