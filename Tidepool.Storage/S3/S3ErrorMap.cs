using System.Net.Sockets;
using Amazon.Runtime;

namespace Tidepool.Storage.S3;

/// <summary>The one table of what S3 servers and connections answer when they do not succeed.</summary>
internal static class S3ErrorMap
{
    // Sent with a status that by itself would not say so.
    private static readonly HashSet<string> s_transientCodes = new(StringComparer.Ordinal)
    {
        "RequestTimeout", // The server waited too long for our bytes.
        "RequestTimeTooSkewed", // The client library corrects its clock by the answer.
        "BadDigest", // Our bytes were damaged on the way.
        "XAmzContentSHA256Mismatch",
        "IncompleteBody",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "RequestThrottled",
        "ServiceUnavailable",
        "InternalError",
        "OperationAborted",
        "ConditionalRequestConflict",
    };

    internal static S3Failure Classify(Exception error) => error switch
    {
        AmazonUnmarshallingException => S3Failure.Transient, // The answer broke off, or a proxy made it up.
        AmazonServiceException { StatusCode: not 0 } answer => Classify((int)answer.StatusCode, answer.ErrorCode),
        _ => IsConnectionFailure(error) ? S3Failure.Transient : S3Failure.Permanent,
    };

    /// <summary>By HTTP status and, where that is not enough, S3's error code.</summary>
    internal static S3Failure Classify(int status, string? code) => status switch
    {
        404 => code switch
        {
            "NoSuchUpload" => S3Failure.NoSuchUpload,
            "NoSuchBucket" => S3Failure.Permanent,
            _ => S3Failure.NoSuchKey, // An answer to HEAD has no code.
        },
        412 => S3Failure.ConditionFailed,
        416 => S3Failure.RangeNotSatisfiable,
        408 or 409 or 425 or 429 => S3Failure.Transient,
        501 or 505 => S3Failure.Permanent,
        >= 500 => S3Failure.Transient,
        _ => code is not null && s_transientCodes.Contains(code) ? S3Failure.Transient : S3Failure.Permanent,
    };

    /// <summary>What a store throws for a failure that is no answer of its contract.</summary>
    internal static StorageException ToException(string operation, string key, Exception error)
    {
        string facts = error is AmazonServiceException { StatusCode: not 0 } answer
            ? $"{(int)answer.StatusCode} {answer.ErrorCode}: {answer.Message} (request {answer.RequestId})"
            : error.Message;
        return new StorageException(
            $"{key}: cannot {operation} the object: {facts}", Classify(error) == S3Failure.Transient, error)
        {
            Operation = operation,
        };
    }

    /// <summary>What a store throws when no answer came in time.</summary>
    internal static StorageException TimedOut(string operation, string key, TimeSpan limit, Exception error) =>
        new($"{key}: cannot {operation} the object: no answer within {limit}", isTransient: true, error)
        {
            Operation = operation,
        };

    private static bool IsConnectionFailure(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is HttpRequestException or IOException or SocketException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }
}
