using System.Net.Sockets;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using NUnit.Framework;
using Tidepool.Storage;
using Tidepool.Storage.S3;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Storage.S3;

/// <summary>What only a real server can show.</summary>
public sealed class S3ServerTests
{
    [Test]
    public async Task HalfSentPut_OfADeadClient_LeavesNothing_AndTheOldObject()
    {
        S3StoreOptions options = S3Server.NewOptions();
        using var store = new S3ObjectStore(options);
        await store.PutTextAsync("old", "old");

        await SendHalfAsync(options, "old");
        await SendHalfAsync(options, "new");
        await SendHalfAsync(options, "new");

        Assert.That(await store.TextAsync("old"), Is.EqualTo("old"));
        Assert.That(await store.KeysAsync(string.Empty), Is.EqualTo(["old"]));
        Assert.That((await store.PutTextAsync("new", "new", PutCondition.IfAbsent)).Succeeded, Is.True);
    }

    [Test]
    public async Task LongestKey_WithoutAPrefix_Works()
    {
        using var store = new S3ObjectStore(S3Server.NewOptions() with { KeyPrefix = string.Empty });
        string key = Guid.NewGuid() + new string('é', 494);
        Assert.That(Encoding.UTF8.GetByteCount(key), Is.EqualTo(1024));

        await store.PutTextAsync(key, "text");

        Assert.That(await store.TextAsync(key), Is.EqualTo("text"));
        await store.DeleteAsync([key]);
    }

    [Test]
    public async Task KeyPrefixes_KeepStoresApart()
    {
        S3StoreOptions options = S3Server.NewOptions();
        using var first = new S3ObjectStore(options with { KeyPrefix = options.KeyPrefix + "/a" });
        using var second = new S3ObjectStore(options with { KeyPrefix = options.KeyPrefix + "/a-b/" });
        await first.PutTextAsync("k", "1");
        await second.PutTextAsync("k", "2");

        Assert.That((await first.TextAsync("k"), await second.TextAsync("k")), Is.EqualTo(("1", "2")));
        Assert.That(await first.KeysAsync(string.Empty), Is.EqualTo(["k"]));
        Assert.That(await second.KeysAsync(string.Empty, "j"), Is.EqualTo(["k"]));
    }

    [Test]
    public void WrongBucketOrSecret_IsNotTransient()
    {
        S3StoreOptions options = S3Server.NewOptions();
        using var noBucket = new S3ObjectStore(options with { Bucket = "no-such-bucket-here" });
        using var noAccess = new S3ObjectStore(options with { SecretKey = "wrong" });

        foreach (S3ObjectStore store in new[] { noBucket, noAccess })
        {
            Assert.That(
                async () => await store.GetAsync("a"),
                Throws.InstanceOf<StorageException>().With.Property("IsTransient").False);
            Assert.That(
                async () => await store.PutTextAsync("a", "x"),
                Throws.InstanceOf<StorageException>().With.Property("IsTransient").False);
        }
    }

    /// <summary>A put with a valid signature whose client dies in the middle of its bytes.</summary>
    private static async Task SendHalfAsync(S3StoreOptions options, string key)
    {
        using AmazonS3Client client = S3Server.NewClient(options);
        var url = new Uri(await client.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = options.Bucket,
            Key = $"{options.KeyPrefix}/{key}",
            Verb = HttpVerb.PUT,
            Expires = DateTime.UtcNow.AddMinutes(5),
            Protocol = options.Endpoint!.Scheme == "https" ? Protocol.HTTPS : Protocol.HTTP,
        }));
        if (url.Scheme != "http")
        {
            Assert.Ignore("This test speaks plain HTTP only.");
        }

        using var connection = new TcpClient();
        await connection.ConnectAsync(url.Host, url.Port);
        NetworkStream stream = connection.GetStream();
        string head = $"PUT {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 1000000\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(new byte[500_000]);
        connection.Client.Close(timeout: 0);
    }
}
