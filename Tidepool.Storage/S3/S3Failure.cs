namespace Tidepool.Storage.S3;

/// <summary>What an answer that is not a success means to a store.</summary>
internal enum S3Failure
{
    /// <summary>There is no such object.</summary>
    NoSuchKey,

    /// <summary>There is no such multipart upload: aborted, or complete already.</summary>
    NoSuchUpload,

    /// <summary>A put's condition did not hold.</summary>
    ConditionFailed,

    /// <summary>A range begins at or past the object's end.</summary>
    RangeNotSatisfiable,

    /// <summary>May pass. The request may have been applied.</summary>
    Transient,

    /// <summary>Will not pass by itself.</summary>
    Permanent,
}
