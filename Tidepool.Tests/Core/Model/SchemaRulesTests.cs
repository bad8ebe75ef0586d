using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Model;

internal sealed class SchemaRulesTests
{
    [Test]
    public void FromOptions_KeepsFieldsInOrder()
    {
        NamespaceSchema schema = SchemaRules.FromOptions(new NamespaceOptions
        {
            Vectors = { new(3) { Metric = DistanceMetric.EuclideanDistance }, new(4, "title") },
        });

        Assert.That(schema.Version, Is.EqualTo(2));
        Assert.That(schema.Vectors, Is.EqualTo(new[]
        {
            new VectorField("", 3, DistanceMetric.EuclideanDistance),
            new VectorField("title", 4, DistanceMetric.CosineSimilarity),
        }));
        Assert.That(SchemaRules.FromOptions(null), Is.EqualTo(NamespaceSchema.Empty));
    }

    [Test]
    public void FromOptions_SameNameTwice_IsRefused()
    {
        var options = new NamespaceOptions { Vectors = { new(3, "a"), new(3, "a") } };

        Assert.That(() => SchemaRules.FromOptions(options), Throws.ArgumentException.With.Message.Contains("'a'"));
    }

    [Test]
    public void Merge_OneMoreFieldThanAllowed_IsAConflict()
    {
        VectorField[] vectors =
        [
            .. Enumerable.Range(0, SchemaRules.MaxVectorFields).Select(i => Vector($"v{i}", 2)),
        ];
        AttributeField[] attributes =
        [
            .. Enumerable.Range(0, SchemaRules.MaxAttributes)
                .Select(i => new AttributeField($"a{i}", ColumnType.Int64)),
        ];
        NamespaceSchema full = SchemaRules.Merge(NamespaceSchema.Empty, [.. vectors], [.. attributes]);

        Assert.That(full.Version, Is.EqualTo(vectors.Length + attributes.Length));
        Assert.That(full.FindAttribute("a1023"), Is.EqualTo(1_023));
        Assert.That(full.FindAttribute("a1024"), Is.EqualTo(-1));
        Assert.That(
            () => SchemaRules.Merge(full, [Vector("more", 2)], []),
            Throws.TypeOf<SchemaConflictException>().With.Message.Contains("65 vector fields; expected at most 64"));
        Assert.That(
            () => SchemaRules.Merge(full, [], [new AttributeField("more", ColumnType.Int64)]),
            Throws.TypeOf<SchemaConflictException>().With.Message.Contains("1025 attributes; expected at most 1024"));
    }

    [Test]
    public void Merge_KnownFields_ReturnsTheSameSchema()
    {
        NamespaceSchema schema = SchemaRules.Merge(
            NamespaceSchema.Empty, [Vector("", 2)], [new AttributeField("a", ColumnType.Int64)]);

        Assert.That(
            SchemaRules.Merge(schema, [Vector("", 2)], [new AttributeField("a", ColumnType.Int64)]),
            Is.SameAs(schema));
    }

    [Test]
    public void Merge_InAnyGrouping_GivesTheSameSchema()
    {
        AttributeField a = new("a", ColumnType.Int64);
        AttributeField b = new("b", ColumnType.String);

        NamespaceSchema together = SchemaRules.Merge(NamespaceSchema.Empty, [], [a, b]);
        NamespaceSchema apart = SchemaRules.Merge(SchemaRules.Merge(NamespaceSchema.Empty, [], [a]), [], [a, b]);

        Assert.That(apart, Is.EqualTo(together));
        Assert.That(apart.GetHashCode(), Is.EqualTo(together.GetHashCode()));
        Assert.That(apart, Is.Not.EqualTo(NamespaceSchema.Empty));
    }

    [Test]
    public void Merge_OtherType_NamesFieldFoundAndExpected()
    {
        NamespaceSchema schema = SchemaRules.Merge(
            NamespaceSchema.Empty, [], [new AttributeField("year", ColumnType.Int64)]);

        SchemaConflictException? conflict = Assert.Throws<SchemaConflictException>(
            () => SchemaRules.Merge(schema, [], [new AttributeField("year", ColumnType.String)]));

        Assert.That(conflict!.Message, Is.EqualTo("The attribute 'year' is String; expected Int64."));
        Assert.That((conflict.Field, conflict.Found, conflict.Expected), Is.EqualTo(("year", "String", "Int64")));
    }

    [TestCase(4, DistanceMetric.CosineSimilarity, "4", "3")]
    [TestCase(3, DistanceMetric.EuclideanDistance, "EuclideanDistance", "CosineSimilarity")]
    public void CheckDeclared_OtherVectorField_IsAConflict(
        int dimensions, DistanceMetric metric, string found, string expected)
    {
        NamespaceSchema schema = SchemaRules.Merge(NamespaceSchema.Empty, [Vector("v", 3)], []);
        NamespaceSchema declared = SchemaRules.FromOptions(
            new NamespaceOptions { Vectors = { new(dimensions, "v") { Metric = metric } } });

        SchemaConflictException? conflict = Assert.Throws<SchemaConflictException>(
            () => SchemaRules.CheckDeclared(schema, declared));

        Assert.That((conflict!.Field, conflict.Found, conflict.Expected), Is.EqualTo(("v", found, expected)));
    }

    [Test]
    public void CheckDeclared_SameOrMissingField_IsFine()
    {
        NamespaceSchema schema = SchemaRules.Merge(NamespaceSchema.Empty, [Vector("v", 3)], []);
        NamespaceSchema declared = SchemaRules.FromOptions(
            new NamespaceOptions { Vectors = { new(3, "v"), new(5, "w") } });

        Assert.That(() => SchemaRules.CheckDeclared(schema, declared), Throws.Nothing);
    }

    private static VectorField Vector(string name, int dimensions) =>
        new(name, dimensions, DistanceMetric.CosineSimilarity);
}
