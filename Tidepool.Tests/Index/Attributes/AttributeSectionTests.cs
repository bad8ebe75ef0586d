using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Tests.Index.Attributes;

public sealed class AttributeSectionTests
{
    private static readonly int[] s_rowCounts = [0, 1, 63, 64, 65, 1_023, 1_024, 1_025, 2_500];

    [Test]
    public void Section_OfRowsOfSeveralSources_HasTheirValues([Range(1, 30)] int seed)
    {
        var random = new Random(seed);
        TestTable[] tables =
        [
            .. Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => new TestTable(random, s_rowCounts[random.Next(s_rowCounts.Length)])),
        ];
        // Some sources are segments already, so that dictionaries are merged with each other and with memtables.
        IColumnLookup[] sources =
        [
            .. tables.Select(table => random.Next(2) == 0
                ? (IColumnLookup)table
                : SectionCases.Open(SectionCases.Encode(table))),
        ];
        RowLocation[] rows = SectionCases.CreateRows(random, [.. tables.Select(table => table.RowCount)]);
        (string Name, ColumnType Type, ColumnValue[] Values)[] columns =
        [
            .. RandomValues.AllTypes.Select(type => (type.ToString(), type, rows.Select(row =>
                row.Source < 0 ? default : tables[row.Source].GetValue(type.ToString(), row.Ordinal)).ToArray())),
        ];
        var expected = new TestTable(rows.Length, columns);
        var writer = new AttributeWriter(
            columns.Select(column => new ColumnDefinition(column.Name, column.Type)), rows, sources);

        byte[] bytes = SectionCases.Encode(writer);

        Assert.That(bytes, Has.Length.EqualTo(writer.Length));
        Assert.That(SectionCases.Encode(writer), Is.EqualTo(bytes), "Writing twice gives the same.");
        AttributeSection section = SectionCases.Open(bytes);
        Assert.That(section.RowCount, Is.EqualTo(rows.Length));
        AssertHasValues(section, expected);
        PredicateEvaluatorTests.AssertAgree(random, expected, section, predicateCount: 40);
    }

    [Test]
    public void Section_WithoutRowsOrColumns_IsItsHeader([Values(0, 5)] int rowCount)
    {
        RowLocation[] rows = [.. Enumerable.Repeat(RowLocation.Padding, rowCount)];
        var writer = new AttributeWriter([new ColumnDefinition("a", ColumnType.Int64)], rows, []);

        AttributeSection section = SectionCases.Open(SectionCases.Encode(writer));

        Assert.That(writer.Length, Is.EqualTo(AttributeFormat.HeaderSizeBytes));
        Assert.That(section.RowCount, Is.EqualTo(rowCount));
        Assert.That(section.Columns, Is.Empty);
        Assert.That(section.GetColumn("a"), Is.Null);
    }

    [Test]
    public void GetColumn_Twice_GivesTheSame()
    {
        AttributeSection section = SectionCases.Open(SectionCases.Encode(CreateSorted(ColumnType.Int64)));

        Assert.That(section.GetColumn("f"), Is.Not.Null);
        Assert.That(section.GetColumn("f"), Is.SameAs(section.GetColumn("f")));
    }

    [TestCase(4, true)]
    [TestCase(1_000, false)]
    public void Strings_OfFewDistinctValues_GetADictionary(int distinctCount, bool isDictionary)
    {
        ColumnValue[] values =
            [.. Enumerable.Range(0, 1_000).Select(i => ColumnValue.FromString($"value {i % distinctCount}"))];
        ColumnValue[] arrays = [.. values.Select(value => ColumnValue.FromArray([value.AsString(), value.AsString()]))];
        var table = new TestTable(1_000, ("s", ColumnType.String, values), ("a", ColumnType.StringArray, arrays));

        AttributeSection section = SectionCases.Open(SectionCases.Encode(table));

        Assert.That(section.GetColumn("s"), isDictionary ? Is.TypeOf<DictionaryColumn>() : Is.TypeOf<HeapColumn>());
        var list = (ListColumn)section.GetColumn("a")!;
        Assert.That(list.Elements, isDictionary ? Is.TypeOf<DictionaryColumn>() : Is.TypeOf<HeapColumn>());
        AssertHasValues(section, table);
    }

    [Test]
    public void Heap_OfPlainText_IsReadWhereAValueIsAskedFor()
    {
        string[] texts = [.. Enumerable.Range(0, 100).Select(i => new string((char)('a' + (i % 26)), 100) + i)];
        var table = new TestTable(100, ("s", ColumnType.String, [.. texts.Select(ColumnValue.FromString)]));
        byte[] bytes = SectionCases.Encode(table);
        var source = new ArraySource(bytes) { IsRecording = true };
        AttributeColumn column = AttributeSection.Open(source).GetColumn("s")!;
        Assert.That(source.Reads.Sum(read => read.Length), Is.LessThan(bytes.Length - texts.Sum(text => text.Length)));
        source.Reads.Clear();

        ColumnValue value = column.GetValue(50);

        Assert.That(value, Is.EqualTo(ColumnValue.FromString(texts[50])));
        Assert.That(source.Reads.Select(read => read.Length), Is.EqualTo([texts[50].Length]));
    }

    [Test]
    public void Text_LargerThanAChunk_IsWrittenWhole()
    {
        ColumnValue[] values =
        [
            ColumnValue.FromString(new string('a', 3_000_000)), ColumnValue.FromString("b"),
            ColumnValue.FromString(new string('c', ColumnWriter.BufferSizeBytes)), ColumnValue.FromString("d"),
        ];
        ColumnValue[] repeated = [.. Enumerable.Range(0, 8).Select(_ => values[0]), .. values[1..]];

        AttributeSection plain = Encode(values);
        AttributeSection coded = Encode(repeated);

        Assert.That(plain.GetColumn("s"), Is.TypeOf<HeapColumn>());
        Assert.That(coded.GetColumn("s"), Is.TypeOf<HeapColumn>(), "Four of eleven are too many for a dictionary.");
        Assert.That(Encode([.. repeated, .. repeated]).GetColumn("s"), Is.TypeOf<DictionaryColumn>());

        static AttributeSection Encode(ColumnValue[] values)
        {
            var table = new TestTable(values.Length, ("s", ColumnType.String, values));
            AttributeSection section = SectionCases.Open(SectionCases.Encode(table));
            AssertHasValues(section, table);
            return section;
        }
    }

    [Test]
    public void Writer_OfTwoColumnsOfOneNameOrAnotherType_Throws()
    {
        var table = new TestTable(1, ("a", ColumnType.Int64, [ColumnValue.FromInt64(1)]));
        RowLocation[] rows = [new(0, 0)];
        var integer = new ColumnDefinition("a", ColumnType.Int64);
        var text = new ColumnDefinition("a", ColumnType.String);

        Assert.That(() => new AttributeWriter([integer, integer], rows, [table]), Throws.ArgumentException);
        Assert.That(() => new AttributeWriter([text], rows, [table]), Throws.ArgumentException);
    }

    [TestCase(ColumnType.Int64)]
    [TestCase(ColumnType.Double)]
    [TestCase(ColumnType.Timestamp)]
    [TestCase(ColumnType.Guid)]
    [TestCase(ColumnType.String)]
    [TestCase(ColumnType.Bytes)]
    public void Evaluate_OfASortedColumn_ReadsOnlyTheZonesInQuestion(object columnType)
    {
        TestTable table = CreateSorted((ColumnType)columnType);
        AttributeSection section = SectionCases.Open(SectionCases.Encode(table));
        ColumnValue value = table.GetValue("f", 5_000);
        var result = new RowBitmap();

        AssertZones(Predicate.Equal("f", value), scannedCount: 1, rowCount: 1);
        AssertZones(Predicate.In("f", value, table.GetValue("f", 5_001)), scannedCount: 1, rowCount: 2);
        AssertZones(Predicate.Less("f", value), scannedCount: 1, rowCount: 5_000);
        AssertZones(Predicate.GreaterOrEqual("f", value), scannedCount: 1, rowCount: 5_240);
        AssertZones(Predicate.Not(Predicate.Less("f", value)), scannedCount: 1, rowCount: 5_240);
        AssertZones(Predicate.IsNull("f"), scannedCount: 0, rowCount: 0);

        void AssertZones(Predicate predicate, int scannedCount, int rowCount)
        {
            EvaluationStatistics statistics =
                PredicateEvaluator.Evaluate(predicate, section, table.RowCount, result);
            Assert.That(result.Count(), Is.EqualTo(rowCount));
            Assert.That(statistics.ZonesScanned, Is.EqualTo(scannedCount));
            Assert.That(statistics.ZonesSkipped, Is.EqualTo(10 - scannedCount));
        }
    }

    [Test]
    public void Evaluate_OfAConjunction_SkipsZonesWithoutCandidates()
    {
        ColumnValue[] values = [.. Enumerable.Range(0, 10_240).Select(i => ColumnValue.FromInt64(i))];
        ColumnValue[] random = [.. Enumerable.Range(0, 10_240).Select(i => ColumnValue.FromInt64(i * 7_919 % 100))];
        var table = new TestTable(10_240, ("sorted", ColumnType.Int64, values), ("mixed", ColumnType.Int64, random));
        Predicate predicate = Predicate.And(
            Predicate.Equal("sorted", ColumnValue.FromInt64(5_000)),
            Predicate.Less("mixed", ColumnValue.FromInt64(50)));

        EvaluationStatistics statistics = PredicateEvaluator.Evaluate(
            predicate, SectionCases.Open(SectionCases.Encode(table)), 10_240, new RowBitmap());

        Assert.That(statistics.ZonesScanned, Is.EqualTo(2));
        Assert.That(statistics.ZonesSkipped, Is.EqualTo(18));
    }

    [Test]
    public void Evaluate_OncePooled_AllocatesNothing()
    {
        var random = new Random(1);
        var table = new TestTable(random, 2_500);
        AttributeSection section = SectionCases.Open(SectionCases.Encode(table));
        var values = new RandomValues(random);
        Predicate[] predicates =
            [.. Enumerable.Range(0, 300).Select(_ => RandomPredicate.Create(values, depth: 3).Predicate)];
        var result = new RowBitmap();
        Measure();

        // The least of some: a collection may take from the pool what the next one has to allocate again.
        Assert.That(Enumerable.Range(0, 5).Min(_ => Measure()), Is.Zero);

        long Measure()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            EvaluateAll(section);
            EvaluateAll(table);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void EvaluateAll(IColumnLookup columns)
        {
            foreach (Predicate predicate in predicates)
            {
                PredicateEvaluator.Evaluate(predicate, columns, table.RowCount, result);
            }
        }
    }

    internal static void AssertHasValues(AttributeSection section, TestTable expected)
    {
        foreach ((string name, ColumnValue[] values) in expected.Values)
        {
            AttributeColumn? column = section.GetColumn(name);
            Assert.That(column is null, Is.EqualTo(values.All(value => value.IsNull)), name);
            if (column is not null)
            {
                Assert.That(column.Type, Is.EqualTo(expected.Types[name]));
                ColumnValue[] found = [.. Enumerable.Range(0, column.RowCount).Select(column.GetValue)];
                Assert.That(found.AsSpan().SequenceEqual(values), Is.True, name);
            }
        }
    }

    private static TestTable CreateSorted(ColumnType type)
    {
        ColumnValue[] values = [.. Enumerable.Range(0, 10_240).Select(i => type switch
        {
            ColumnType.Int64 => ColumnValue.FromInt64(i - 3_000),
            ColumnType.Double => ColumnValue.FromDouble((i - 3_000) / 4.0),
            ColumnType.Timestamp => ColumnValue.FromTimestamp(i),
            ColumnType.Guid => ColumnValue.FromGuidNumber(new UInt128((ulong)i, 0)),
            ColumnType.String => ColumnValue.FromString($"{i:D8}"),
            _ => ColumnValue.FromBytes([0, (byte)(i >> 8), (byte)i]),
        })];
        return new TestTable(values.Length, ("f", type, values));
    }
}
