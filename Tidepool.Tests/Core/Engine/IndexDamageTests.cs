using System.Buffers;
using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Storage;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Engine;

/// <summary>A stored segment with a torn index, or with torn vectors.</summary>
internal sealed class IndexDamageTests : EngineFixture
{
    private const int Count = 5_000;
    private static readonly float[] s_query = [1, 2, 3, 4, 5, 6, 7, 8];

    [TestCase(SectionKind.IvfHead)]
    [TestCase(SectionKind.IvfCenters)]
    [TestCase(SectionKind.IvfCodes)]
    public async Task Search_TornIndex_IsExactUntilItIsBuiltAnew(object section)
    {
        string[] expected = await FillAsync();
        await TearAsync((SectionKind)section);
        var messages = new MessageRecorder();
        TidepoolDatabase database = Open(configure: options => options.LoggerFactory = messages);
        TidepoolNamespace documents = database.GetNamespace("n");

        SearchResults<Document> torn = await documents.SearchAsync(s_query, 10, Everything);

        Assert.That(Ids(torn), Is.EqualTo(expected));
        Assert.That(torn.Statistics.Plan, Is.EqualTo("exact: 1 segment, 1 index damaged"));
        Assert.That(messages.WithId(1206).Count(), Is.EqualTo(1));
        Assert.That((await database.CheckHealthAsync()).IsHealthy, Is.False);

        await documents.WaitForIndexingAsync();

        SearchResults<Document> rebuilt = await documents.SearchAsync(s_query, 10, Everything);
        Assert.That(rebuilt.Statistics.Plan, Does.StartWith("ivf: 1 segment"));
        Assert.That(Ids(rebuilt), Is.EqualTo(expected));
        Assert.That((await database.CheckHealthAsync()).IsHealthy, Is.True);
        Assert.That((await documents.VerifyAsync()).Problems, Is.Empty);
    }

    [Test]
    public async Task Search_TornVectors_NameTheObject()
    {
        await FillAsync();
        string key = await TearAsync(SectionKind.Vectors);
        TidepoolNamespace documents = OpenNamespace();

        DataCorruptionException? fault = Assert.ThrowsAsync<DataCorruptionException>(
            () => documents.SearchAsync(s_query, 10, new SearchOptions { Effort = SearchEffort.Exact }));

        Assert.That(fault!.ObjectKey, Is.EqualTo(key));
    }

    /// <summary>Aims at all cells, so that each torn byte is met.</summary>
    private static SearchOptions Everything => new() { ProbeCount = int.MaxValue };

    private static string[] Ids(SearchResults<Document> found) => [.. found.Select(hit => hit.Record.Id.ToString())];

    private async Task<string[]> FillAsync()
    {
        TidepoolNamespace documents = OpenNamespace();
        var random = new Random(3);
        await documents.UpsertAsync(Enumerable.Range(0, Count).Select(
            id => new Document(id) { Vector = Enumerable.Range(0, 8).Select(_ => random.NextSingle()).ToArray() }));
        await documents.CompactAsync();
        SearchResults<Document> found = await documents.SearchAsync(s_query, 10, Everything);
        Assert.That(found.Statistics.Plan, Does.StartWith("ivf: 1 segment"));
        return Ids(await documents.SearchAsync(s_query, 10, new SearchOptions { Effort = SearchEffort.Exact }));
    }

    /// <summary>Flips a bit in the middle of a section of the largest segment; returns the object's key.</summary>
    private async Task<string> TearAsync(SectionKind kind)
    {
        string largest = "";
        byte[] bytes = [];
        foreach (ObjectInfo item in (await Store.ListAsync("d/")).Objects)
        {
            byte[] content = await DamageStore.BytesAsync(Store, item.Key);
            (largest, bytes) = content.Length > bytes.Length ? (item.Key, content) : (largest, bytes);
        }

        SegmentSection section = SegmentReader.Open(new MemoryByteSource(bytes)).Header.Find(kind, field: 0)!.Value;
        bytes[section.Offset + (section.Length / 2)] ^= 0x10;
        await Store.DeleteAsync([largest]);
        await Store.PutAsync(largest, new ReadOnlySequence<byte>(bytes));
        return largest;
    }
}
