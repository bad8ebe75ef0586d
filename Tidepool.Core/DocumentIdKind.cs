namespace Tidepool;

/// <summary>What a document id is, in the order in which the kinds sort.</summary>
internal enum DocumentIdKind : byte
{
    None,
    Int64,
    String,
    Guid,
}
