using System.Security.Cryptography;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.S3;
using Tidepool.Tests.Support;
using Reply = Tidepool.Tests.Support.ScriptedHttpServer.Reply;
using Request = Tidepool.Tests.Support.ScriptedHttpServer.Request;

namespace Tidepool.Tests.Storage.S3;

/// <summary>What the S3 store sends, and what it makes of answers that a real server gives rarely.</summary>
public sealed class S3RequestTests
{
    private const string Date = "Tue, 03 Mar 2026 04:05:06 GMT";
    private static readonly DateTimeOffset s_date = new(2026, 3, 3, 4, 5, 6, TimeSpan.Zero);

    [Test]
    public async Task Put_IsOnePlainSignedRequest()
    {
        using var server = new ScriptedHttpServer(_ => Ok("\"e1\""));
        using S3ObjectStore store = NewStore(server);
        byte[] data = StoreCalls.Noise(100_000, seed: 1);

        PutResult put = await store.PutAsync("a/b c", StoreCalls.Bytes(data), PutCondition.IfAbsent);

        Request sent = server.Requests.Single();
        Assert.Multiple(() =>
        {
            Assert.That(put, Is.EqualTo(new PutResult(true, "e1", s_date)));
            Assert.That((sent.Method, sent.Url), Is.EqualTo(("PUT", "/bucket/root/a/b%20c")));
            Assert.That(sent.Body, Is.EqualTo(data));
            Assert.That(sent.Headers["If-None-Match"], Is.EqualTo("*"));
            Assert.That(sent.Headers["Content-Length"], Is.EqualTo("100000"));
            Assert.That(
                sent.Headers["x-amz-content-sha256"], Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(data))));
            Assert.That(sent.Headers.Keys, Has.None.EqualTo("Expect").IgnoreCase);
            Assert.That(sent.Headers.Keys, Has.None.StartsWith("x-amz-checksum").IgnoreCase);
            Assert.That(sent.Headers.Keys, Has.None.EqualTo("Transfer-Encoding").IgnoreCase);
        });
    }

    [TestCase(true, "\"e1\"")]
    [TestCase(false, "e1")]
    public async Task Put_IfMatch_QuotesAsConfigured(bool isQuoted, string expected)
    {
        using var server = new ScriptedHttpServer(_ => Dated(Reply.Error(412, "PreconditionFailed")));
        using S3ObjectStore store = NewStore(server, options => options with { QuoteETags = isQuoted });

        PutResult put = await store.PutTextAsync("a", "x", PutCondition.IfMatch("e1"));

        Assert.That(put, Is.EqualTo(new PutResult(false, null, s_date)));
        Assert.That(server.Requests.Single().Headers["If-Match"], Is.EqualTo(expected));
    }

    [Test]
    public async Task Put_IfMatchOfNoObject_FailsTheCondition()
    {
        using var server = new ScriptedHttpServer(_ => Reply.Error(404, "NoSuchKey")); // As Amazon answers.
        using S3ObjectStore store = NewStore(server);

        Assert.That((await store.PutTextAsync("a", "x", PutCondition.IfMatch("e1"))).Succeeded, Is.False);
    }

    [Test]
    public async Task Get_Whole_AsksForARange()
    {
        using var server = new ScriptedHttpServer(_ => new Reply(206, "text")
        {
            Headers = { ["ETag"] = "\"e1\"", ["Date"] = Date, ["Content-Range"] = "bytes 0-3/4" },
        });
        using S3ObjectStore store = NewStore(server);

        using GetResult got = await store.GetAsync("a");

        Assert.That(server.Requests.Single().Headers["Range"], Is.EqualTo("bytes=0-"));
        Assert.That((got.ETag, got.ObjectLength, got.StoreTime), Is.EqualTo(("e1", 4L, s_date)));
    }

    [Test]
    public async Task Get_ServerIgnoresTheRange_IsNotTakenForThePart()
    {
        using var server = new ScriptedHttpServer(_ => Ok("\"e1\"", "whole"));
        using S3ObjectStore store = NewStore(server);

        Assert.That(
            async () => await store.GetAsync("a", new ObjectRange(2, 2)), Throws.InstanceOf<StorageException>());
        Assert.That(await store.TextAsync("a"), Is.EqualTo("whole"));
    }

    [Test]
    public async Task Get_Missing_TellsTheTime()
    {
        using var server = new ScriptedHttpServer(_ => Dated(Reply.Error(404, "NoSuchKey")));
        using S3ObjectStore store = NewStore(server);

        using GetResult got = await store.GetAsync("a");

        Assert.That((got.Found, got.StoreTime), Is.EqualTo((false, s_date)));
    }

    [TestCase(404, "NoSuchBucket", false)]
    [TestCase(403, "AccessDenied", false)]
    [TestCase(503, "SlowDown", true)]
    [TestCase(500, "InternalError", true)]
    [TestCase(409, "ConditionalRequestConflict", true)]
    public void Failure_IsThrownOnce_AfterOneRequest(int status, string code, bool isTransient)
    {
        using var server = new ScriptedHttpServer(_ => Reply.Error(status, code));
        using S3ObjectStore store = NewStore(server);

        foreach (Func<Task> call in AllCalls(store))
        {
            int before = server.Requests.Length;
            Assert.That(
                call, Throws.InstanceOf<StorageException>().With.Property("IsTransient").EqualTo(isTransient));
            Assert.That(server.Requests.Length - before, Is.EqualTo(1));
        }
    }

    [Test]
    public void NoAnswer_WithinTheTimeout_IsTransient()
    {
        var never = new TaskCompletionSource();
        using var server = new ScriptedHttpServer(_ => new Reply(200) { Until = never.Task });
        using S3ObjectStore store = NewStore(server, o => o with { RequestTimeout = TimeSpan.FromMilliseconds(100) });

        foreach (Func<Task> call in AllCalls(store))
        {
            Assert.That(call, Throws.InstanceOf<StorageException>().With.Property("IsTransient").True);
        }

        never.SetResult();
    }

    [Test]
    public void NoAnswer_CallerCancels_IsCanceled()
    {
        var never = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        using var server = new ScriptedHttpServer(_ =>
        {
            stop.CancelAfter(1);
            return new Reply(200) { Until = never.Task };
        });
        using S3ObjectStore store = NewStore(server);

        Assert.That(
            async () => await store.PutAsync("a", default, default, stop.Token),
            Throws.InstanceOf<OperationCanceledException>());
        never.SetResult();
    }

    [Test]
    public void NoServer_IsTransient()
    {
        var server = new ScriptedHttpServer(_ => new Reply(200));
        using S3ObjectStore store = NewStore(server);
        server.Dispose();

        foreach (Func<Task> call in AllCalls(store))
        {
            Assert.That(call, Throws.InstanceOf<StorageException>().With.Property("IsTransient").True);
        }
    }

    [Test]
    public void Get_ConnectionBreaksMidway_IsTransient()
    {
        using var server = new ScriptedHttpServer(_ => new Reply(206, "half")
        {
            ClaimedLength = 8,
            Headers = { ["ETag"] = "\"e1\"", ["Content-Range"] = "bytes 0-7/8" },
        });
        using S3ObjectStore store = NewStore(server);

        Assert.That(
            async () => await store.GetAsync("a"),
            Throws.InstanceOf<StorageException>().With.Property("IsTransient").True);
        Assert.That(
            async () => await store.ReadAsync("a", 0, new byte[8]),
            Throws.InstanceOf<StorageException>().With.Property("IsTransient").True);
    }

    [Test]
    public async Task List_EmptyPageThatIsTruncated_GoesOn()
    {
        using var server = new ScriptedHttpServer(request => Xml(request.Url.Contains("continuation-token=t1")
            ? "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t2</NextContinuationToken>" +
                "<Contents><Key>root/a/2</Key><Size>5</Size><ETag>\"e2\"</ETag>" +
                "<LastModified>2026-03-03T04:05:06.000Z</LastModified></Contents></ListBucketResult>"
            : "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t1</NextContinuationToken>" +
                "</ListBucketResult>"));
        using S3ObjectStore store = NewStore(server);

        ObjectListing page = await store.ListAsync("a/", "a/1");

        Assert.That(page.Objects.Single(), Is.EqualTo(new ObjectInfo("a/2", 5, "e2", s_date)));
        Assert.That((page.IsTruncated, page.StoreTime), Is.EqualTo((true, s_date)));
        Assert.That(server.Requests[0].Url, Does.Contain("prefix=root%2Fa%2F").And.Contain("start-after=root%2Fa%2F1"));
        Assert.That(server.Requests, Has.Length.EqualTo(2));
    }

    [TestCase("InternalError", true)]
    [TestCase("AccessDenied", false)]
    public void Delete_OneOfMany_Fails(string code, bool isTransient)
    {
        using var server = new ScriptedHttpServer(_ => Xml(
            "<DeleteResult><Error><Key>root/a</Key><Code>NoSuchKey</Code><Message/></Error>" +
            $"<Error><Key>root/b</Key><Code>{code}</Code><Message>as told</Message></Error></DeleteResult>"));
        using S3ObjectStore store = NewStore(server);

        Assert.That(
            async () => await store.DeleteAsync(["a", "b"]),
            Throws.InstanceOf<StorageException>().With.Message.StartsWith("b: ").And.Property("IsTransient")
                .EqualTo(isTransient));
    }

    [Test]
    public async Task Delete_ThoseThatAreGone_Succeeds()
    {
        using var server = new ScriptedHttpServer(_ => Xml(
            "<DeleteResult><Error><Key>root/a</Key><Code>NoSuchKey</Code><Message/></Error></DeleteResult>"));
        using S3ObjectStore store = NewStore(server);

        Assert.That(await store.DeleteAsync(["a", "b"]), Is.EqualTo(s_date));
    }

    [Test]
    public async Task Delete_2500Keys_AreThreeRequests()
    {
        using var server = new ScriptedHttpServer(_ => Xml("<DeleteResult></DeleteResult>"));
        using S3ObjectStore store = NewStore(server);

        await store.DeleteAsync([.. Enumerable.Range(0, 2500).Select(i => $"k{i}")]);

        int[] sizes = [.. server.Requests.Select(request => request.Text.Split("<Key>").Length - 1)];
        Assert.That(sizes, Is.EqualTo([1000, 1000, 500]));
    }

    internal static S3ObjectStore NewStore(
        ScriptedHttpServer server, Func<S3StoreOptions, S3StoreOptions>? change = null)
    {
        var options = new S3StoreOptions
        {
            Bucket = "bucket",
            KeyPrefix = "root",
            Endpoint = server.Address,
            AccessKey = "id",
            SecretKey = "secret",
            PartSizeBytes = 5 << 20,
            UploadRetry = new RetryPolicy { MaxAttempts = 3, FirstDelay = TimeSpan.Zero },
        };
        return new S3ObjectStore(change is null ? options : change(options));
    }

    internal static Reply Ok(string etag, string body = "") =>
        new(200, body) { Headers = { ["ETag"] = etag, ["Date"] = Date } };

    internal static Reply Xml(string body) => Dated(new(200, $"<?xml version=\"1.0\"?>{body}"));

    private static Reply Dated(Reply reply)
    {
        reply.Headers["Date"] = Date;
        return reply;
    }

    private static Func<Task>[] AllCalls(S3ObjectStore store) =>
    [
        async () => (await store.GetAsync("a")).Dispose(),
        async () => await store.ReadAsync("a", 0, new byte[1]),
        async () => await store.PutTextAsync("a", "x"),
        async () => await store.DeleteAsync(["a"]),
        async () => await store.DeleteAsync(["a", "b"]),
        async () => await store.ListAsync("a"),
    ];
}
