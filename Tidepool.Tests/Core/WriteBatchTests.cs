using NUnit.Framework;

namespace Tidepool.Tests.Core;

internal sealed class WriteBatchTests
{
    [Test]
    public void Operations_AreKeptInOrder()
    {
        var document = new Document("a");
        Filter filter = Filter.Field("x") == 1;
        WriteBatch batch = new WriteBatch()
            .Upsert(document)
            .Delete(2)
            .Patch(3, new Dictionary<string, AttributeValue> { ["x"] = 5, ["y"] = AttributeValue.Null })
            .RequireAbsent(4)
            .RequireMatch(5, filter)
            .DeleteWhere(filter);

        Assert.That(batch.Count, Is.EqualTo(6));
        Assert.That(
            batch.Operations.Select(operation => operation.Kind),
            Is.EqualTo(Enum.GetValues<WriteOperationKind>()));
        Assert.That(
            batch.Operations.Select(operation => operation.Id),
            Is.EqualTo(new DocumentId[] { "a", 2, 3, 4, 5, default }));
        Assert.That(batch.Operations[0].Document, Is.SameAs(document));
        Assert.That(batch.Operations[2].Patch!["x"].As<int>(), Is.EqualTo(5));
        Assert.That(batch.Operations[4].Filter, Is.SameAs(filter));
    }

    [Test]
    public void Patch_KeepsACopy()
    {
        var attributes = new Dictionary<string, AttributeValue> { ["x"] = 1 };
        WriteBatch batch = new WriteBatch().Patch(1, attributes);

        attributes["x"] = 2;

        Assert.That(batch.Operations[0].Patch!["x"].As<int>(), Is.EqualTo(1));
    }

    [Test]
    public void DefaultIdsAndNulls_AreRefused()
    {
        var batch = new WriteBatch();
        var attributes = new Dictionary<string, AttributeValue> { [""] = 1 };

        Assert.That(() => batch.Upsert(null!), Throws.ArgumentNullException);
        Assert.That(() => batch.Delete(default), Throws.ArgumentException);
        Assert.That(() => batch.RequireAbsent(default), Throws.ArgumentException);
        Assert.That(() => batch.RequireMatch(1, null!), Throws.ArgumentNullException);
        Assert.That(() => batch.Patch(1, null!), Throws.ArgumentNullException);
        Assert.That(() => batch.Patch(1, attributes), Throws.ArgumentException);
        Assert.That(batch.Count, Is.Zero);
    }
}
