using System.Collections.Immutable;

namespace Tidepool.Model;

/// <summary>What a batch payload holds, for whoever commits it.</summary>
/// <param name="Vectors">The vector fields it uses.</param>
/// <param name="Attributes">The attributes it uses. Fields merge by <see cref="SchemaRules.Merge"/>; if that throws,
/// because another write came first, encode the documents again.</param>
/// <param name="Upserts">How many upserts it has.</param>
/// <param name="Deletes">How many deletes it has.</param>
/// <param name="SizeBytes">Its size.</param>
internal sealed record EncodedBatch(
    ImmutableArray<VectorField> Vectors,
    ImmutableArray<AttributeField> Attributes,
    int Upserts,
    int Deletes,
    long SizeBytes);
