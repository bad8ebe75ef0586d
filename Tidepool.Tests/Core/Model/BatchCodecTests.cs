using System.Buffers;
using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Rows;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Model;

internal sealed class BatchCodecTests
{
    [Test]
    public void Read_OfEncode_GivesTheOperations([Range(1, 30)] int seed)
    {
        var random = new Random(seed);
        NamespaceSchema schema = NamespaceSchema.Empty;
        for (int round = 0; round < 4; round++)
        {
            List<object> operations = BatchTestData.RandomOperations(random, random.Next(30));

            byte[] payload = BatchTestData.Encode(operations, schema, out EncodedBatch batch);
            string read = BatchTestData.Describe(payload, schema, out NamespaceSchema after);

            Assert.That(read, Is.EqualTo(BatchTestData.Describe(operations)), $"seed {seed}");
            Assert.That(batch.SizeBytes, Is.EqualTo(payload.Length));
            Assert.That(batch.Upserts, Is.EqualTo(operations.Count(operation => operation is Document)));
            Assert.That(batch.Upserts + batch.Deletes, Is.EqualTo(operations.Count));
            Assert.That(after, Is.EqualTo(SchemaRules.Merge(schema, batch.Vectors, batch.Attributes)));
            schema = after;
        }
    }

    /// <summary>The worked example of docs/format/batch.md.</summary>
    [Test]
    public void Encode_Example_HasTheDocumentedBytes()
    {
        var document = new Document("a") { Vector = new[] { 1f, -2f }, ["year"] = 2026, ["tags"] = new[] { "x" } };

        byte[] payload = BatchTestData.Encode([document, (DocumentId)7], NamespaceSchema.Empty, out _);

        Assert.That(Convert.ToHexString(payload), Is.EqualTo(
            "01" +
            "03" + "00" + "02" + "01" + "00000C64" +
            "04" + "0479656172" + "02" +
            "04" + "0474616773" + "14" +
            "01" + "020161" + "01" + "00" + "0000803F000000C0" +
            "02" + "00" + "EA07000000000000" + "01" + "01" + "0178" +
            "02" + "00" + "0700000000000000" +
            "00" + "01" + "01"));
    }

    [Test]
    public void Upsert_NumbersOfTheOtherKind_BecomeTheAttributesTypeWhereNothingIsLost()
    {
        NamespaceSchema schema = SchemaRules.Merge(
            NamespaceSchema.Empty,
            [],
            [
                new AttributeField("d", ColumnType.Double), new AttributeField("ds", ColumnType.DoubleArray),
                new AttributeField("ss", ColumnType.StringArray),
            ]);
        var document = new Document(1) { ["d"] = 5, ["ds"] = new[] { 1L << 60, 2 }, ["ss"] = Array.Empty<long>() };

        byte[] payload = BatchTestData.Encode([document], schema, out _);

        Assert.That(
            BatchTestData.Describe(payload, schema, out _),
            Is.EqualTo("Upsert 1: d=Double:5; ds=DoubleArray:[1.152921504606847E+18, 2]; ss=StringArray:[]\n"));
    }

    [TestCase((1L << 53) + 1)]
    [TestCase(long.MaxValue)]
    public void Upsert_LongThatNoDoubleEquals_IsAConflict(long value)
    {
        NamespaceSchema schema = SchemaRules.Merge(
            NamespaceSchema.Empty,
            [],
            [new AttributeField("d", ColumnType.Double), new AttributeField("ds", ColumnType.DoubleArray)]);

        Conflicts(schema, new Document(1) { ["d"] = value });
        Conflicts(schema, new Document(1) { ["ds"] = new[] { value } });
    }

    [Test]
    public void Upsert_OtherType_NamesDocumentFieldFoundAndExpected()
    {
        NamespaceSchema schema = SchemaRules.Merge(
            NamespaceSchema.Empty,
            [new VectorField("v", 2, DistanceMetric.CosineSimilarity)],
            [new AttributeField("year", ColumnType.Int64)]);

        SchemaConflictException attribute = Conflicts(schema, new Document("doc") { ["year"] = "2026" });
        SchemaConflictException vector = Conflicts(schema, new Document("doc") { Vectors = { ["v"] = new float[3] } });

        Assert.That(
            attribute.Message, Is.EqualTo("Document 'doc': the attribute 'year' is String 2026; expected Int64."));
        Assert.That(attribute.Field, Is.EqualTo("year"));
        Assert.That(
            vector.Message,
            Is.EqualTo("Document 'doc': the number of dimensions of the vector 'v' is 3; expected 2."));
        Conflicts(schema, new Document(1) { ["year"] = 5.0 });
        Conflicts(schema, new Document(1) { ["year"] = new[] { 5L } });
        Conflicts(schema, new Document(1) { ["year"] = Array.Empty<long>() });
        Conflicts(schema, new Document(1) { ["year"] = Array.Empty<byte>() });
    }

    [Test]
    public void Upsert_ConflictWithinABatch_IsAConflict()
    {
        Assert.That(
            () => BatchTestData.Encode(
                [new Document(1) { ["x"] = 1 }, new Document(2) { ["x"] = "1" }], NamespaceSchema.Empty, out _),
            Throws.TypeOf<SchemaConflictException>());
        Assert.That(
            () => BatchTestData.Encode(
                [new Document(1) { Vector = new float[2] }, new Document(2) { Vector = new float[3] }],
                NamespaceSchema.Empty,
                out _),
            Throws.TypeOf<SchemaConflictException>());
    }

    [Test]
    public void Upsert_NewVectorField_IsAsDeclared()
    {
        NamespaceSchema declared = SchemaRules.FromOptions(
            new NamespaceOptions { Vectors = { new(2, "v") { Metric = DistanceMetric.ManhattanDistance } } });

        BatchTestData.Encode(
            [new Document(1) { Vectors = { ["v"] = new float[2], ["w"] = new float[4] } }],
            NamespaceSchema.Empty,
            out EncodedBatch batch,
            declared);

        Assert.That(batch.Vectors, Is.EqualTo(new[]
        {
            new VectorField("v", 2, DistanceMetric.ManhattanDistance),
            new VectorField("w", 4, DistanceMetric.CosineSimilarity),
        }));
        Assert.That(
            () => BatchTestData.Encode(
                [new Document(1) { Vectors = { ["v"] = new float[3] } }], NamespaceSchema.Empty, out _, declared),
            Throws.TypeOf<SchemaConflictException>());
    }

    [Test]
    public void Upsert_TooManyFields_IsAConflict()
    {
        var vectors = new Document(1);
        var attributes = new Document(2);
        for (int i = 0; i <= SchemaRules.MaxAttributes; i++)
        {
            vectors.Vectors[$"v{i}"] = i <= SchemaRules.MaxVectorFields ? new float[1] : default;
            attributes[$"a{i}"] = i;
        }

        Conflicts(NamespaceSchema.Empty, vectors);
        Conflicts(NamespaceSchema.Empty, attributes);
    }

    [Test]
    public void Upsert_BadFieldName_IsRefused()
    {
        foreach (string name in new[] { "", "a\uD800", new string('a', 129) })
        {
            Assert.That(
                () => BatchTestData.Encode([new Document(1) { [name] = 1 }], NamespaceSchema.Empty, out _),
                Throws.ArgumentException);
        }
    }

    [Test]
    public void Upsert_InvalidDocument_IsRefused()
    {
        Assert.That(
            () => BatchTestData.Encode([new Document(1) { ["x"] = double.NaN }], NamespaceSchema.Empty, out _),
            Throws.ArgumentException);
    }

    [Test]
    public void Delete_ByStoredKey_IsTheSameAsById()
    {
        byte[] scratch = new byte[DocumentIdCodec.MaxTextSizeBytes];
        foreach (DocumentId id in new DocumentId[] { 5, "x", Guid.Empty })
        {
            var output = new ArrayBufferWriter<byte>();
            var encoder = new BatchEncoder();
            encoder.Begin(NamespaceSchema.Empty, NamespaceSchema.Empty, output);
            encoder.Delete(DocumentIdCodec.ToKey(id, scratch));
            encoder.Complete();

            Assert.That(
                output.WrittenSpan.ToArray(),
                Is.EqualTo(BatchTestData.Encode([id], NamespaceSchema.Empty, out _)));
        }
    }

    [Test]
    public void Encoder_AfterAFailure_CanBeginAgain()
    {
        var encoder = new BatchEncoder();
        encoder.Begin(NamespaceSchema.Empty, NamespaceSchema.Empty, new ArrayBufferWriter<byte>());
        Assert.That(
            () => encoder.Upsert(new Document(1) { Vector = new float[2], ["x"] = "\uD800" }),
            Throws.ArgumentException);
        var output = new ArrayBufferWriter<byte>();

        encoder.Begin(NamespaceSchema.Empty, NamespaceSchema.Empty, output);
        encoder.Upsert(new Document(1) { ["y"] = 1 });
        encoder.Complete();

        Assert.That(
            BatchTestData.Describe(output.WrittenSpan, NamespaceSchema.Empty, out _),
            Is.EqualTo("Upsert 1: y=Int64:1\n"));
    }

    [Test]
    public void Upsert_BatchOverTheLimit_IsRefused()
    {
        var encoder = new BatchEncoder();
        encoder.Begin(NamespaceSchema.Empty, NamespaceSchema.Empty, new SinkWriter());
        var document = new Document(1) { Vector = new float[65_536] };
        int fitting = (int)(BatchFormat.MaxSizeBytes / (65_536 * sizeof(float))) - 1;
        for (int i = 0; i < fitting; i++)
        {
            encoder.Upsert(document);
        }

        Assert.That(() => encoder.Upsert(document), Throws.ArgumentException.With.Message.Contains("split it"));
    }

    [Test]
    public void Encode_AndRead_AllocateNothingForADocument()
    {
        const int Count = 1_000;
        var document = new Document("doc") { Vector = new float[16], ["a"] = 1, ["b"] = "text" };
        var encoder = new BatchEncoder();
        var output = new ArrayBufferWriter<byte>(1 << 20);
        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            output.ResetWrittenCount();
            encoder.Begin(NamespaceSchema.Empty, NamespaceSchema.Empty, output);
            for (int i = 0; i < Count; i++)
            {
                encoder.Upsert(document);
            }

            encoder.Complete();
            var reader = new BatchReader(output.WrittenSpan, NamespaceSchema.Empty);
            while (reader.Read())
            {
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated();

        Assert.That(Allocated(), Is.LessThan(8 * Count));
    }

    private static SchemaConflictException Conflicts(NamespaceSchema schema, Document document) =>
        Assert.Throws<SchemaConflictException>(() => BatchTestData.Encode([document], schema, out _))!;

    /// <summary>Takes any number of bytes and keeps none.</summary>
    private sealed class SinkWriter : IBufferWriter<byte>
    {
        private readonly byte[] _buffer = new byte[1 << 20];

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer;
    }
}
