namespace Tidepool.Storage;

/// <summary>When a put takes effect: always (the default), only if there is no object, or only if it is
/// unchanged.</summary>
/// <remarks>Create-if-absent is the database's only commit primitive; a store must apply it atomically.</remarks>
public readonly record struct PutCondition
{
    private PutCondition(bool requiresAbsence, string? requiredETag)
    {
        RequiresAbsence = requiresAbsence;
        RequiredETag = requiredETag;
    }

    /// <summary>Writes whatever is there.</summary>
    public static PutCondition Always => default;

    /// <summary>Creates the object; fails if one exists.</summary>
    public static PutCondition IfAbsent { get; } = new(requiresAbsence: true, requiredETag: null);

    /// <summary>Whether the put must find no object.</summary>
    public bool RequiresAbsence { get; }

    /// <summary>The version tag that the put must find, or null.</summary>
    public string? RequiredETag { get; }

    /// <summary>Replaces exactly the version that has this tag; fails on any other, and when there is none.</summary>
    public static PutCondition IfMatch(string etag)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        return new(requiresAbsence: false, requiredETag: etag);
    }
}
