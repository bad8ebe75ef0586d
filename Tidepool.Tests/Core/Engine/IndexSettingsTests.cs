using NUnit.Framework;

namespace Tidepool.Tests.Core.Engine;

internal sealed class IndexSettingsTests : EngineFixture
{
    private static readonly float[] s_query = [1, 2, 3, 4];

    [Test]
    public async Task EnsureExists_OtherIndex_IsOneWrite_AndTheSecondTimeNone()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));
        TidepoolNamespace hnsw = Open().GetNamespace("n", Options(VectorIndexKind.Hnsw));

        await hnsw.EnsureExistsAsync();
        await hnsw.EnsureExistsAsync();
        await OpenNamespace().EnsureExistsAsync();
        await Open().GetNamespace("n", new NamespaceOptions { Vectors = { new(4) } }).EnsureExistsAsync();

        Assert.That((await documents.GetStatisticsAsync()).LastSequence, Is.EqualTo(2));
    }

    [Test]
    public async Task EnsureExists_OtherIndex_SurvivesAFlushAndItsReader()
    {
        TidepoolNamespace documents = OpenNamespace();
        await documents.UpsertAsync(MakeDocument(1));
        await Open().GetNamespace("n", Options(VectorIndexKind.Hnsw)).EnsureExistsAsync();

        await documents.CompactAsync();

        await Open().GetNamespace("n", Options(VectorIndexKind.Hnsw)).EnsureExistsAsync();
        Assert.That((await documents.GetStatisticsAsync()).LastSequence, Is.EqualTo(2), "it is remembered");
        Assert.That((await documents.SearchAsync(s_query, 1)).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Write_WithOtherIndex_LeavesTheNamespacesOwn()
    {
        await Open().GetNamespace("n", Options(VectorIndexKind.Ivf)).EnsureExistsAsync();
        TidepoolNamespace hnsw = Open().GetNamespace("n", Options(VectorIndexKind.Hnsw));

        await hnsw.UpsertAsync(MakeDocument(1));
        await Open().GetNamespace("n", Options(VectorIndexKind.Ivf)).EnsureExistsAsync();

        Assert.That((await hnsw.GetStatisticsAsync()).LastSequence, Is.EqualTo(1));
    }

    private static NamespaceOptions Options(VectorIndexKind kind) =>
        new() { Vectors = { new(4) { IndexKind = kind } } };
}
