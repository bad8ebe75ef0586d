namespace Tidepool.Model;

/// <summary>What a record of a batch is. Persisted: never renumber.</summary>
internal enum BatchRecordKind : byte
{
    /// <summary>The last record: how many upserts and deletes came before it.</summary>
    End = 0,

    /// <summary>A whole document.</summary>
    Upsert = 1,

    /// <summary>The id of a document that is no more.</summary>
    Delete = 2,

    /// <summary>A vector field that later records refer to by its number.</summary>
    VectorField = 3,

    /// <summary>An attribute that later records refer to by its number.</summary>
    Attribute = 4,

    /// <summary>The index that a vector field of the namespace is to have from now on.</summary>
    VectorIndex = 5,
}
