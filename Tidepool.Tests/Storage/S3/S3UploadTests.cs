using Amazon.S3;
using Amazon.S3.Model;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.S3;
using Tidepool.Tests.Support;
using Reply = Tidepool.Tests.Support.ScriptedHttpServer.Reply;
using Request = Tidepool.Tests.Support.ScriptedHttpServer.Request;

namespace Tidepool.Tests.Storage.S3;

public sealed class S3UploadTests
{
    private const int PartSize = 5 << 20;

    [Test]
    public async Task Upload_OfUpToOnePart_IsOnePut()
    {
        using var server = new ScriptedHttpServer(_ => S3RequestTests.Ok("\"e1\""));
        using S3ObjectStore store = S3RequestTests.NewStore(server);

        PutResult put = await UploadAsync(store, PartSize);

        Assert.That((put.Succeeded, put.ETag), Is.EqualTo((true, "e1")));
        Assert.That(server.Requests.Single().Url, Is.EqualTo("/bucket/root/a"));
        Assert.That(server.Requests.Single().Body, Has.Length.EqualTo(PartSize));
    }

    [Test]
    public async Task Upload_Larger_SendsPartsAndCompletesThem()
    {
        using var server = new ScriptedHttpServer(AnswerMultipart);
        using S3ObjectStore store = S3RequestTests.NewStore(server);

        PutResult put = await UploadAsync(store, (2 * PartSize) + 1);

        Assert.That((put.Succeeded, put.ETag), Is.EqualTo((true, "whole")));
        Assert.That(Parts(server), Is.EquivalentTo([(1, PartSize), (2, PartSize), (3, 1)]));
        string complete = server.Requests[^1].Text;
        int[] places = [.. new[] { "p1", "p2", "p3" }.Select(tag => complete.IndexOf(tag, StringComparison.Ordinal))];
        Assert.That(places, Is.Ordered.And.All.Positive);
    }

    [Test]
    public async Task Upload_PartsFail_AreSentAgain()
    {
        var failed = new HashSet<int>();
        using var server = new ScriptedHttpServer(request =>
            PartNumber(request) is int part && failed.Add(part)
                ? Reply.Error(503, "SlowDown")
                : AnswerMultipart(request));
        using S3ObjectStore store = S3RequestTests.NewStore(server);

        PutResult put = await UploadAsync(store, (2 * PartSize) + 1);

        Assert.That(put.Succeeded, Is.True);
        Assert.That(Parts(server).GroupBy(part => part).Select(group => group.Count()), Is.EqualTo([2, 2, 2]));
    }

    [Test]
    public void Upload_PartFailsForGood_IsAborted()
    {
        using var server = new ScriptedHttpServer(request =>
            PartNumber(request) == 2 ? Reply.Error(503, "SlowDown") : AnswerMultipart(request));
        using S3ObjectStore store = S3RequestTests.NewStore(server);

        Assert.That(
            async () => await UploadAsync(store, 40 * PartSize),
            Throws.InstanceOf<StorageException>().With.Property("IsTransient").True);

        Assert.That(Parts(server).Count(part => part.Number == 2), Is.EqualTo(3));
        Request abort = server.Requests.Single(request => request.Method == "DELETE");
        Assert.That(abort.Url, Does.Contain("uploadId=u1"));
        Assert.That(server.Requests, Has.None.Matches<Request>(IsComplete));
    }

    [Test]
    public async Task Upload_CompletedButAnswerLost_IsFound()
    {
        int completions = 0;
        using var server = new ScriptedHttpServer(request =>
            IsComplete(request) && ++completions == 1 ? Reply.Error(500, "InternalError")
            : IsComplete(request) ? Reply.Error(404, "NoSuchUpload")
            : request.Method == "HEAD" ? S3RequestTests.Ok("\"found\"") with { ClaimedLength = (2 * PartSize) + 1 }
            : AnswerMultipart(request));
        using S3ObjectStore store = S3RequestTests.NewStore(server);

        PutResult put = await UploadAsync(store, (2 * PartSize) + 1);

        Assert.That((put.Succeeded, put.ETag), Is.EqualTo((true, "found")));
    }

    [Test]
    public void Upload_NeverCompleted_Fails()
    {
        using var server = new ScriptedHttpServer(request =>
            IsComplete(request) ? Reply.Error(404, "NoSuchUpload")
            : request.Method == "HEAD" ? new Reply(404)
            : AnswerMultipart(request));
        using S3ObjectStore store = S3RequestTests.NewStore(server);

        Assert.That(async () => await UploadAsync(store, 2 * PartSize), Throws.InstanceOf<StorageException>());
    }

    [Test]
    public async Task Upload_MemoryIsBounded_ByTheParallelParts()
    {
        int running = 0;
        int most = 0;
        using var server = new ScriptedHttpServer(AnswerMultipart);
        using S3ObjectStore store = S3RequestTests.NewStore(server, o => o with { MaxParallelParts = 2 });
        var written = new List<long>();

        await store.UploadAsync("a", async (stream, stop) =>
        {
            for (int i = 0; i < 10; i++)
            {
                await stream.WriteAsync(new byte[PartSize], stop);
                int sent = Parts(server).Count;
                running = i + 1 - sent;
                most = Math.Max(most, running);
                written.Add(stream.Position);
            }
        });

        Assert.That(most, Is.LessThanOrEqualTo(1 + 2)); // The one being filled, and two on their way.
        Assert.That(written[^1], Is.EqualTo(10L * PartSize));
    }

    [Test]
    public async Task Upload_Fails_OnARealServer_LeavesNoPartsBehind()
    {
        S3StoreOptions options = S3Server.NewOptions();
        using var store = new S3ObjectStore(options);
        Assert.That(
            async () => await store.UploadAsync("a", async (stream, stop) =>
            {
                await stream.WriteAsync(new byte[30 << 20], stop);
                throw new FormatException();
            }),
            Throws.InstanceOf<FormatException>());

        using AmazonS3Client client = S3Server.NewClient(options);
        ListMultipartUploadsResponse left = await client.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = options.KeyPrefix });

        Assert.That(left.MultipartUploads ?? [], Is.Empty);
        Assert.That(await store.KeysAsync(string.Empty), Is.Empty);
    }

    private static async Task<PutResult> UploadAsync(S3ObjectStore store, int size) =>
        await store.UploadAsync("a", (stream, stop) => stream.WriteAsync(new byte[size], stop));

    private static Reply AnswerMultipart(Request request) =>
        PartNumber(request) is int part ? S3RequestTests.Ok($"\"p{part}\"")
        : IsComplete(request) ? S3RequestTests.Xml(
            "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>")
        : request.Method == "POST" ? S3RequestTests.Xml(
            "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>")
        : new Reply(204);

    private static bool IsComplete(Request request) => request.Method == "POST" && request.Url.Contains("uploadId=");

    private static int? PartNumber(Request request)
    {
        const string name = "partNumber=";
        string? pair = Array.Find(request.Url.Split('?', '&'), pair => pair.StartsWith(name, StringComparison.Ordinal));
        return pair is null ? null : int.Parse(pair[name.Length..]);
    }

    private static List<(int Number, int Size)> Parts(ScriptedHttpServer server) =>
    [
        .. server.Requests.Where(request => PartNumber(request) is not null)
            .Select(request => (PartNumber(request)!.Value, request.Body.Length)),
    ];
}
