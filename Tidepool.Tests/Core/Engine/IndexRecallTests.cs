using NUnit.Framework;

namespace Tidepool.Tests.Core.Engine;

/// <summary>A small namespace, through the public surface, with each index that there is.</summary>
internal sealed class IndexRecallTests : EngineFixture
{
    private const int Dimensions = 64;
    private const int Top = 10;
    private const int QueryCount = 20;

    private static readonly DistanceMetric[] s_metrics =
    [
        DistanceMetric.CosineSimilarity, DistanceMetric.DotProductSimilarity, DistanceMetric.EuclideanDistance,
        DistanceMetric.EuclideanSquaredDistance,
    ];

    private static IEnumerable<TestCaseData> Indexes =>
        from kind in Enum.GetValues<VectorIndexKind>()
        from quantization in Enum.GetValues<VectorQuantization>()
        where kind != VectorIndexKind.Hnsw || quantization != VectorQuantization.Product
        where kind != VectorIndexKind.Flat || quantization == VectorQuantization.Auto
        select new TestCaseData(kind, quantization, s_metrics[((int)kind + (int)quantization) % s_metrics.Length]);

    [TestCaseSource(nameof(Indexes))]
    public async Task Search_AnyIndex_FindsTheTrueHits(
        VectorIndexKind kind, VectorQuantization quantization, DistanceMetric metric)
    {
        var options = new NamespaceOptions
        {
            Vectors = { new(Dimensions) { Metric = metric, IndexKind = kind, Quantization = quantization } },
        };
        TidepoolNamespace documents = Open(configure: database => database.Seed = 1).GetNamespace("n", options);
        var random = new Random(5);
        int count = kind == VectorIndexKind.Hnsw ? 20_000 : 6_000; // A graph costs more than a scan of a few thousand.
        await documents.UpsertAsync(Enumerable.Range(0, count).Select(
            id => new Document(id) { Vector = MakeVector(random), ["part"] = (long)(id % 4) }));
        await documents.WaitForIndexingAsync();
        await documents.DeleteAsync(Enumerable.Range(0, count).Where(id => id % 7 == 0).Select(id => (DocumentId)id));

        foreach (Filter? filter in (Filter?[])[null, Filter.Field("part") != 1])
        {
            (double recall, string plan) = await MeasureRecallAsync(documents, filter, random);
            string expected = kind switch
            {
                VectorIndexKind.Flat => "exact: 1 segment",
                VectorIndexKind.Hnsw => "hnsw: 1 segment, ",
                _ => "ivf: 1 segment, ",
            };
            Assert.That(plan, Does.StartWith(expected));
            Assert.That(recall, Is.GreaterThanOrEqualTo(0.9), filter?.ToString() ?? "no filter");
        }
    }

    private static async Task<(double Recall, string Plan)> MeasureRecallAsync(
        TidepoolNamespace documents, Filter? filter, Random random)
    {
        int found = 0;
        string plan = "";
        for (int i = 0; i < QueryCount; i++)
        {
            float[] query = MakeVector(random);
            SearchResults<Document> exact = await documents.SearchAsync(
                query, Top, new SearchOptions { Filter = filter, Effort = SearchEffort.Exact });
            SearchResults<Document> near = await documents.SearchAsync(
                query, Top, new SearchOptions { Filter = filter });
            plan = near.Statistics.Plan;
            HashSet<DocumentId> truth = [.. exact.Select(hit => hit.Record.Id)];
            found += near.Count(hit => truth.Contains(hit.Record.Id));
            Assert.That(exact.Statistics.Plan, Does.StartWith("exact: 1 segment"));
            Assert.That(near.Select(hit => hit.Record.Id).Distinct().Count(), Is.EqualTo(Top));
        }

        return (found / (double)(QueryCount * Top), plan);
    }

    /// <summary>A vector of a space of eight dimensions within the many, as those of text lie in few.</summary>
    private static float[] MakeVector(Random random)
    {
        float[] vector = new float[Dimensions];
        for (int wave = 1; wave <= 8; wave++)
        {
            double weight = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] += (float)(weight * Math.Cos(wave * (i + 0.5) * Math.PI / Dimensions));
            }
        }

        return vector;
    }
}
