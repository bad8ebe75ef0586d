using NUnit.Framework;
using Tidepool.Storage.InMemory;

namespace Tidepool.Tests.Properties;

/// <summary>Random writes, maintenance and reopening against a model: every read must give the model's
/// answer.</summary>
[TestFixture]
internal sealed class NamespaceModelTests
{
    private const int Dimensions = 5;
    private const int Ids = 60;
    private static readonly string[] s_topics = ["sea", "shore", "tide"];

    [Test]
    public async Task Namespace_RandomOperations_AnswersAsTheModel([Range(1, 24)] int seed)
    {
        var random = new Random(seed);
        var store = new InMemoryObjectStore();
        var model = new NamespaceModel();
        TidepoolDatabase database = await OpenAsync(store);
        try
        {
            for (int step = 0; step < 120; step++)
            {
                TidepoolNamespace documents = database.GetNamespace("documents", s_options);
                switch (random.Next(12))
                {
                    case < 5:
                        await UpsertAsync(documents, model, random);
                        break;
                    case < 7:
                        await DeleteAsync(documents, model, random);
                        break;
                    case 7:
                        await DeleteWhereAsync(documents, model, random);
                        break;
                    case 8:
                        await PatchAsync(documents, model, random);
                        break;
                    case 9:
                        await documents.WaitForIndexingAsync();
                        break;
                    case 10:
                        await documents.CompactAsync();
                        break;
                    default:
                        await database.DisposeAsync();
                        database = await OpenAsync(store);
                        break;
                }

                await CheckAsync(database.GetNamespace("documents"), model, random, $"seed {seed}, step {step}");
            }
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    private static readonly NamespaceOptions s_options = new()
    {
        Vectors = { new VectorFieldOptions(Dimensions) { Metric = DistanceMetric.EuclideanSquaredDistance } },
    };

    private static Task<TidepoolDatabase> OpenAsync(InMemoryObjectStore store) => TidepoolDatabase.OpenAsync(
        store, new TidepoolOptions { Compaction = { Enabled = false } });

    private static async Task UpsertAsync(TidepoolNamespace documents, NamespaceModel model, Random random)
    {
        ModelDocument[] batch = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => MakeDocument(random))];
        WriteResult result = await documents.UpsertAsync(batch.Select(document => document.ToDocument()));
        Array.ForEach(batch, model.Upsert);
        Assert.That(result.Upserted, Is.EqualTo(batch.Length));
    }

    private static async Task DeleteAsync(TidepoolNamespace documents, NamespaceModel model, Random random)
    {
        long[] ids = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => (long)random.Next(Ids))];
        WriteResult result = await documents.DeleteAsync(ids.Select(id => (DocumentId)id));
        Assert.That(result.Deleted, Is.EqualTo(ids.Count(model.Delete)));
    }

    private static async Task DeleteWhereAsync(TidepoolNamespace documents, NamespaceModel model, Random random)
    {
        int year = random.Next(1990, 2000);
        WriteResult result = await documents.DeleteAsync(Filter.Field("year") == year);
        Assert.That(result.Deleted, Is.EqualTo(model.DeleteWhere(document => document.Year == year)));
    }

    private static async Task PatchAsync(TidepoolNamespace documents, NamespaceModel model, Random random)
    {
        long id = random.Next(Ids);
        int year = random.Next(1990, 2000);
        var patch = new WriteBatch().Patch(id, new Dictionary<string, AttributeValue> { ["year"] = year });
        if (model.Documents.TryGetValue(id, out ModelDocument? before))
        {
            await documents.WriteAsync(patch);
            model.Upsert(before with { Year = year });
        }
        else
        {
            Assert.ThrowsAsync<PreconditionFailedException>(() => documents.WriteAsync(patch));
        }
    }

    private static async Task CheckAsync(
        TidepoolNamespace documents, NamespaceModel model, Random random, string context)
    {
        Assert.That(await documents.CountAsync(), Is.EqualTo(model.Documents.Count), context);

        var everything = new ScanOptions { IncludeVectors = true };
        List<ModelDocument> scanned = [];
        await foreach (Document document in documents.ScanAsync(options: everything))
        {
            scanned.Add(ModelDocument.From(document));
        }

        Assert.That(scanned.Select(document => document.Id), Is.EqualTo(model.Documents.Keys), context);
        Assert.That(scanned.All(document => document.IsSameAs(model.Documents[document.Id])), context);

        long id = random.Next(Ids);
        Document? found = await documents.GetAsync(id, new ReadOptions { IncludeVectors = true });
        Assert.That(found is not null, Is.EqualTo(model.Documents.ContainsKey(id)), context);

        float[] query = MakeVector(random);
        int top = random.Next(1, 15);
        await CheckSearchAsync(documents, model, query, top, filter: null, _ => true, context);
        int from = random.Next(1990, 2000);
        Filter filter = Filter.Field("year") >= from & Filter.Field("topic") != "sea";
        await CheckSearchAsync(
            documents,
            model,
            query,
            top,
            filter,
            document => document.Year >= from && document.Topic != "sea",
            context);
    }

    private static async Task CheckSearchAsync(
        TidepoolNamespace documents,
        NamespaceModel model,
        float[] query,
        int top,
        Filter? filter,
        Func<ModelDocument, bool> predicate,
        string context)
    {
        SearchResults<Document> hits = await documents.SearchAsync(query, top, new SearchOptions { Filter = filter });
        Assert.That(
            hits.Select(hit => ModelDocument.From(hit.Record).Id),
            Is.EqualTo(model.Nearest(query, top, predicate)),
            context);
    }

    private static ModelDocument MakeDocument(Random random) => new(
        random.Next(Ids),
        random.Next(10) == 0 ? null : MakeVector(random),
        random.Next(5) == 0 ? null : random.Next(1990, 2000),
        random.Next(5) == 0 ? null : s_topics[random.Next(s_topics.Length)]);

    private static float[] MakeVector(Random random) =>
        [.. Enumerable.Range(0, Dimensions).Select(_ => (float)random.Next(-3, 4))];
}
