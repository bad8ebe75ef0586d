using NUnit.Framework;
using SemanticSearch;
using SemanticSearch.Stores;

namespace Tidepool.Tests.Samples;

internal sealed class S3AddressTests
{
    [TestCase("s3://bucket", "bucket", "")]
    [TestCase("s3://bucket/", "bucket", "")]
    [TestCase("S3://bucket/a/b/", "bucket", "a/b")]
    public void TryParse_Address_HasBucketAndPrefix(string text, string bucket, string prefix)
    {
        Assert.That(S3Address.TryParse(text, out S3Address? address), Is.True);
        Assert.That((address!.Bucket, address.Prefix), Is.EqualTo((bucket, prefix)));
    }

    [TestCase("memory")]
    [TestCase("some/s3/folder")]
    public void TryParse_SomethingElse_IsNoAddress(string text)
    {
        Assert.That(S3Address.TryParse(text, out _), Is.False);
    }

    [TestCase("s3://")]
    [TestCase("s3:///prefix")]
    public void TryParse_NoBucket_SaysSo(string text)
    {
        Assert.That(() => S3Address.TryParse(text, out _), Throws.InstanceOf<UsageException>());
    }
}
