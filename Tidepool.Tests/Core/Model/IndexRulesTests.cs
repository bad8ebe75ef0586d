using System.Buffers;
using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Vectors;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Model;

internal sealed class IndexRulesTests
{
    [TestCase(VectorIndexKind.Auto, VectorQuantization.Auto, IndexKind.Ivf, CodeKind.Scalar8)]
    [TestCase(VectorIndexKind.Ivf, VectorQuantization.None, IndexKind.Ivf, CodeKind.None)]
    [TestCase(VectorIndexKind.Ivf, VectorQuantization.Product, IndexKind.Ivf, CodeKind.Product)]
    [TestCase(VectorIndexKind.Hnsw, VectorQuantization.Half, IndexKind.Hnsw, CodeKind.Float16)]
    [TestCase(VectorIndexKind.Hnsw, VectorQuantization.Auto, IndexKind.Hnsw, CodeKind.Scalar8)]
    public void GetSettings_Policy_IsThisIndex(
        VectorIndexKind kind, VectorQuantization quantization, object expectedKind, object expectedCodes)
    {
        IndexSettings settings = IndexRules.GetSettings(Field(
            DistanceMetric.DotProductSimilarity, kind, quantization))!;

        Assert.That(settings.Kind, Is.EqualTo(expectedKind));
        Assert.That(settings.Codes, Is.EqualTo(expectedCodes));
        Assert.That(settings.Metric, Is.EqualTo(Metric.DotProduct));
        Assert.That(settings.M, Is.EqualTo(settings.Kind == IndexKind.Hnsw ? 12 : 0));
        Assert.That(settings.EfConstruction, Is.EqualTo(settings.Kind == IndexKind.Hnsw ? 100 : 0));
    }

    [TestCase(DistanceMetric.CosineSimilarity, true)]
    [TestCase(DistanceMetric.CosineDistance, true)]
    [TestCase(DistanceMetric.EuclideanDistance, true)]
    [TestCase(DistanceMetric.EuclideanSquaredDistance, true)]
    [TestCase(DistanceMetric.HammingDistance, false)]
    [TestCase(DistanceMetric.ManhattanDistance, false)]
    public void GetSettings_Metric_HasAnIndexOrNot(DistanceMetric metric, bool isIndexed) => Assert.That(
        IndexRules.GetSettings(Field(metric, VectorIndexKind.Auto)) is not null, Is.EqualTo(isIndexed));

    [Test]
    public void GetSettings_Flat_IsNone() => Assert.That(
        IndexRules.GetSettings(Field(DistanceMetric.CosineSimilarity, VectorIndexKind.Flat)), Is.Null);

    [Test]
    public void FromOptions_ProductCodesInAGraph_AreRefused()
    {
        var options = new NamespaceOptions
        {
            Vectors =
            {
                new(8, "v") { IndexKind = VectorIndexKind.Hnsw, Quantization = VectorQuantization.Product },
            },
        };

        Assert.That(
            () => SchemaRules.FromOptions(options),
            Throws.ArgumentException.With.Message.Contains("'v' has index kind Hnsw with quantization Product"));
    }

    [Test]
    public void GetNamedIndexes_OnlyFieldsWithASetting()
    {
        var options = new NamespaceOptions
        {
            Vectors = { new(8, "a"), new(8, "b") { M = 20 }, new(8, "c") { IndexKind = VectorIndexKind.Auto } },
        };

        Assert.That(
            SchemaRules.GetNamedIndexes(options).Select(field => field.Name), Is.EqualTo(["b", "c"]));
        Assert.That(SchemaRules.GetNamedIndexes(null), Is.Empty);
    }

    [Test]
    public void WithIndexes_ChangesKnownFieldsAndTheVersion()
    {
        VectorField known = Field(DistanceMetric.CosineSimilarity, VectorIndexKind.Auto);
        NamespaceSchema schema = SchemaRules.Merge(NamespaceSchema.Empty, [known], []);
        VectorField hnsw = Field(DistanceMetric.CosineSimilarity, VectorIndexKind.Hnsw);

        NamespaceSchema changed = SchemaRules.WithIndexes(schema, [hnsw, hnsw with { Name = "other" }]);

        Assert.That(changed.Vectors, Is.EqualTo([hnsw]));
        Assert.That(changed.Version, Is.EqualTo(2));
        Assert.That(SchemaRules.WithIndexes(changed, [hnsw]), Is.SameAs(changed));
        Assert.That(SchemaRules.Merge(changed, [known], []), Is.SameAs(changed), "a write changes no index");
    }

    [Test]
    public void Batch_SetsAnIndex_ForTheFieldOnly()
    {
        VectorField hnsw = Field(DistanceMetric.CosineSimilarity, VectorIndexKind.Hnsw);
        NamespaceSchema schema = SchemaRules.Merge(
            NamespaceSchema.Empty, [Field(DistanceMetric.CosineSimilarity, VectorIndexKind.Auto)], []);
        var output = new ArrayBufferWriter<byte>();
        var encoder = new BatchEncoder();
        encoder.Begin(schema, NamespaceSchema.Empty, output);
        encoder.SetIndex(hnsw);
        encoder.Complete();

        BatchTestData.Describe(output.WrittenSpan, schema, out NamespaceSchema after);

        Assert.That(after.Vectors, Is.EqualTo([hnsw]));
        Assert.That(
            () => BatchTestData.Describe(output.WrittenSpan, NamespaceSchema.Empty, out _),
            Throws.TypeOf<SegmentFormatException>().With.Message.Contains("no vector field"));
    }

    [TestCase(new byte[] { 2, 4, 12, 200, 1 })]
    [TestCase(new byte[] { 4, 0, 12, 200, 1 })]
    [TestCase(new byte[] { 0, 5, 12, 200, 1 })]
    [TestCase(new byte[] { 0, 0, 1, 200, 1 })]
    [TestCase(new byte[] { 0, 0, 65, 200, 1 })]
    [TestCase(new byte[] { 0, 0, 12, 7 })]
    [TestCase(new byte[] { 0, 0, 12, 129, 32 })]
    public void Decode_ThereIsNoSuchIndex_IsAFault(byte[] bytes) => Assert.That(
        () =>
        {
            var reader = new SpanReader(bytes);
            IndexPolicyCodec.Decode(ref reader);
        },
        Throws.TypeOf<SegmentFormatException>());

    private static VectorField Field(
        DistanceMetric metric, VectorIndexKind kind, VectorQuantization quantization = VectorQuantization.Auto) =>
        new("", 8, metric) { Index = IndexPolicy.Default with { Kind = kind, Quantization = quantization } };
}
