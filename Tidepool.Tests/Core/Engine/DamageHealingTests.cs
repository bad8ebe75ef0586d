using System.Buffers;
using NUnit.Framework;
using Tidepool.Manifests;
using Tidepool.Storage;
using Tidepool.Tests.Core.Segments;

namespace Tidepool.Tests.Core.Engine;

/// <summary>What only repeats something else is made good when it is damaged; indexes are in
/// <see cref="IndexDamageTests"/>, the files of a cache, one by one, in <see cref="SegmentDiskCacheTests"/>.</summary>
internal sealed class DamageHealingTests : EngineFixture
{
    [TestCase("nothing")]
    [TestCase("garbage")]
    [TestCase("a flipped byte")]
    [TestCase("half of it")]
    [TestCase("another namespace")]
    public async Task Commit_HintIsDamaged_WritesItAnew(string damage)
    {
        TidepoolDatabase database = Open();
        TidepoolNamespace documents = database.GetNamespace("n");
        await documents.UpsertAsync(MakeDocuments(3));
        await documents.WaitForIndexingAsync();
        TidepoolNamespace other = database.GetNamespace("other");
        await other.UpsertAsync(MakeDocument(1));
        await other.WaitForIndexingAsync();
        byte[] hint = await DamageStore.BytesAsync(Store, "hint/n");
        byte[]? damaged = damage switch
        {
            "nothing" => null,
            "garbage" => [1, 2, 3],
            "a flipped byte" => [.. hint[..20], (byte)(hint[20] ^ 1), .. hint[21..]],
            "half of it" => hint[..(hint.Length / 2)],
            _ => await DamageStore.BytesAsync(Store, "hint/other"),
        };
        await ReplaceAsync("hint/n", damaged);

        TidepoolNamespace reopened = OpenNamespace();
        Assert.That(await ScanIdsAsync(reopened), Is.EqualTo([0, 1, 2]));
        await reopened.UpsertAsync(MakeDocument(7));
        await reopened.WaitForIndexingAsync();

        Hint healed = HintCodec.Decode(await DamageStore.BytesAsync(Store, "hint/n"));
        Assert.That(healed.Manifest.Generation, Is.EqualTo(2));
        Assert.That(healed.Manifest.Rows.Rows, Is.EqualTo(4));
        Assert.That((await reopened.VerifyAsync()).Problems, Is.Empty);
    }

    private async Task ReplaceAsync(string key, byte[]? content)
    {
        await Store.DeleteAsync([key]);
        if (content is not null)
        {
            await Store.PutAsync(key, new ReadOnlySequence<byte>(content));
        }
    }
}
