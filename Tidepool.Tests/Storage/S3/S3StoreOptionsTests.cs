using NUnit.Framework;
using Tidepool.Storage.S3;

namespace Tidepool.Tests.Storage.S3;

public sealed class S3StoreOptionsTests
{
    private static readonly S3StoreOptions s_valid = new() { Bucket = "b" };

    private static readonly S3StoreOptions[] s_invalid =
    [
        new() { Bucket = string.Empty },
        s_valid with { Region = string.Empty },
        s_valid with { AccessKey = "id" },
        s_valid with { SecretKey = "secret" },
        s_valid with { SessionToken = "token" },
        s_valid with { Endpoint = new Uri("ftp://host/") },
        s_valid with { KeyPrefix = "/a" },
        s_valid with { KeyPrefix = "a//" },
        s_valid with { KeyPrefix = "../a" },
        s_valid with { RequestTimeout = TimeSpan.Zero },
        s_valid with { ConnectTimeout = TimeSpan.Zero },
        s_valid with { MaxConnections = 0 },
        s_valid with { PartSizeBytes = (5 << 20) - 1 },
        s_valid with { PartSizeBytes = (1 << 30) + 1 },
        s_valid with { MaxParallelParts = 0 },
        s_valid with { UploadRetry = null! },
    ];

    [TestCaseSource(nameof(s_invalid))]
    public void Options_OutOfRange_AreRefused(S3StoreOptions options) =>
        Assert.That(() => new S3ObjectStore(options), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void Options_Defaults_AreAccepted()
    {
        S3StoreOptions options = s_valid with { AccessKey = "id", SecretKey = "secret" };

        Assert.That(() => new S3ObjectStore(options).Dispose(), Throws.Nothing);
    }

    [Test]
    public void ToString_HidesTheSecrets()
    {
        S3StoreOptions options = s_valid with { AccessKey = "id-17", SecretKey = "key-17", SessionToken = "token-17" };

        Assert.That(options.ToString(), Is.EqualTo("us-east-1 b/"));
    }
}
