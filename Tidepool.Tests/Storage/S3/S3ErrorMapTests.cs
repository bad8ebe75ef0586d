using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.S3;

namespace Tidepool.Tests.Storage.S3;

public sealed class S3ErrorMapTests
{
    private static readonly TestCaseData[] s_answers =
    [
        new(404, "NoSuchKey", S3Failure.NoSuchKey),
        new(404, null, S3Failure.NoSuchKey),
        new(404, "NotFound", S3Failure.NoSuchKey),
        new(404, "NoSuchUpload", S3Failure.NoSuchUpload),
        new(404, "NoSuchBucket", S3Failure.Permanent),
        new(412, "PreconditionFailed", S3Failure.ConditionFailed),
        new(416, "InvalidRange", S3Failure.RangeNotSatisfiable),
        new(408, null, S3Failure.Transient),
        new(409, "ConditionalRequestConflict", S3Failure.Transient),
        new(409, "OperationAborted", S3Failure.Transient),
        new(425, null, S3Failure.Transient),
        new(429, "TooManyRequests", S3Failure.Transient),
        new(500, "InternalError", S3Failure.Transient),
        new(500, "UnknownError", S3Failure.Transient),
        new(501, "NotImplemented", S3Failure.Permanent),
        new(502, null, S3Failure.Transient),
        new(503, "SlowDown", S3Failure.Transient),
        new(504, null, S3Failure.Transient),
        new(505, null, S3Failure.Permanent),
        new(400, "RequestTimeout", S3Failure.Transient),
        new(400, "BadDigest", S3Failure.Transient),
        new(400, "XAmzContentSHA256Mismatch", S3Failure.Transient),
        new(400, "IncompleteBody", S3Failure.Transient),
        new(403, "RequestTimeTooSkewed", S3Failure.Transient),
        new(400, "InvalidArgument", S3Failure.Permanent),
        new(400, null, S3Failure.Permanent),
        new(403, "AccessDenied", S3Failure.Permanent),
        new(403, "SignatureDoesNotMatch", S3Failure.Permanent),
        new(301, "PermanentRedirect", S3Failure.Permanent),
        new(200, "InternalError", S3Failure.Transient), // CompleteMultipartUpload fails so.
    ];

    [TestCaseSource(nameof(s_answers))]
    public void Classify_Answer(int status, string? code, object expected) =>
        Assert.That(S3ErrorMap.Classify(status, code), Is.EqualTo(expected));

    [Test]
    public void Classify_Connection_IsTransient() =>
        Assert.Multiple(() =>
        {
            Assert.That(S3ErrorMap.Classify(new HttpRequestException("refused")), Is.EqualTo(S3Failure.Transient));
            Assert.That(S3ErrorMap.Classify(new IOException("reset")), Is.EqualTo(S3Failure.Transient));
            Assert.That(S3ErrorMap.Classify(new SocketException()), Is.EqualTo(S3Failure.Transient));
            Assert.That(S3ErrorMap.Classify(new TimeoutException()), Is.EqualTo(S3Failure.Transient));
            Assert.That(
                S3ErrorMap.Classify(new AmazonClientException("outer", new IOException("reset"))),
                Is.EqualTo(S3Failure.Transient));
            Assert.That(S3ErrorMap.Classify(new AmazonClientException("no keys")), Is.EqualTo(S3Failure.Permanent));
            Assert.That(S3ErrorMap.Classify(new InvalidOperationException()), Is.EqualTo(S3Failure.Permanent));
        });

    [Test]
    public void ToException_SaysWhatTheServerSaid()
    {
        var error = new AmazonServiceException("Please slow down.")
        {
            StatusCode = HttpStatusCode.ServiceUnavailable,
            ErrorCode = "SlowDown",
            RequestId = "r-17",
        };

        StorageException thrown = S3ErrorMap.ToException("write", "a/b", error);

        Assert.That(
            thrown.Message,
            Is.EqualTo("a/b: cannot write the object: 503 SlowDown: Please slow down. (request r-17)"));
        Assert.That((thrown.IsTransient, thrown.Operation), Is.EqualTo((true, "write")));
        Assert.That(thrown.InnerException, Is.SameAs(error));
    }
}
