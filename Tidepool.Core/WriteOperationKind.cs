namespace Tidepool;

/// <summary>What a write or condition of a batch does.</summary>
internal enum WriteOperationKind
{
    Upsert,
    Delete,
    Patch,
    RequireAbsent,
    RequireMatch,
    DeleteWhere,
}
