namespace Tidepool.Index.Segments;

/// <summary>Which object a segment, or a part of one, is; stored in it, so that swapped objects are noticed.</summary>
/// <remarks>Of the key only the name is stored, the part after the last slash: a database that was copied to another
/// place as a whole stays readable.</remarks>
/// <param name="NamespaceId">The namespace's incarnation.</param>
/// <param name="SegmentId">The segment.</param>
/// <param name="ObjectKey">The key it is stored under.</param>
internal sealed record SegmentIdentity(Guid NamespaceId, Guid SegmentId, string ObjectKey)
{
    /// <summary>The part of the key after the last slash, which tells the objects of one segment apart.</summary>
    internal string ObjectName => ObjectKey[(ObjectKey.LastIndexOf('/') + 1)..];

    /// <summary>Whether an object that says it is another one may be this one.</summary>
    internal bool Matches(SegmentIdentity stored) =>
        NamespaceId == stored.NamespaceId && SegmentId == stored.SegmentId && ObjectName == stored.ObjectName;
}
