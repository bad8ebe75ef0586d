using System.Collections.Immutable;

namespace Tidepool.Model;

/// <summary>What the fields of a namespace are at one position of its log. Fields are added and never changed, but
/// for the index that a vector field is to have.</summary>
/// <param name="Version">How many changes made it: one for each field, and one for each other index.</param>
/// <param name="Vectors">Vector fields in order of appearance.</param>
/// <param name="Attributes">Attributes in order of appearance.</param>
internal sealed record NamespaceSchema(
    int Version, ImmutableArray<VectorField> Vectors, ImmutableArray<AttributeField> Attributes)
{
    private const int MaxSearchedCount = 16;

    private Dictionary<string, int>? _attributeOrdinals; // Made at need, above MaxSearchedCount; then never changed.

    internal static NamespaceSchema Empty { get; } = new(0, [], []);

    public bool Equals(NamespaceSchema? other) => other is not null && Version == other.Version &&
        Vectors.SequenceEqual(other.Vectors) && Attributes.SequenceEqual(other.Attributes);

    public override int GetHashCode() => HashCode.Combine(Version, Vectors.Length, Attributes.Length);

    /// <summary>Where a vector field is in <see cref="Vectors"/>; -1 if there is none of that name.</summary>
    internal int FindVector(string name)
    {
        for (int i = 0; i < Vectors.Length; i++)
        {
            if (Vectors[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Where an attribute is in <see cref="Attributes"/>; -1 if there is none of that name.</summary>
    internal int FindAttribute(string name)
    {
        if (Attributes.Length > MaxSearchedCount)
        {
            return FindHashed(name);
        }

        for (int i = 0; i < Attributes.Length; i++)
        {
            if (Attributes[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private int FindHashed(string name)
    {
        Dictionary<string, int>? ordinals = Volatile.Read(ref _attributeOrdinals);
        if (ordinals is null)
        {
            ordinals = new Dictionary<string, int>(Attributes.Length, StringComparer.Ordinal);
            for (int i = 0; i < Attributes.Length; i++)
            {
                ordinals.TryAdd(Attributes[i].Name, i);
            }

            Volatile.Write(ref _attributeOrdinals, ordinals); // A race makes it twice, and both are the same.
        }

        return ordinals.GetValueOrDefault(name, -1);
    }
}
