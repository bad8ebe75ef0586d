using System.Collections.Immutable;
using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Rows;
using Tidepool.Index.Segments;

namespace Tidepool.Tests.Index.Segments;

/// <summary>A segment built by a test, and what must be in it.</summary>
internal sealed class TestSegment
{
    internal static readonly SegmentIdentity Identity = new(
        new Guid("11111111-2222-3333-4444-555555555555"),
        new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        "root/d/11111111222233334444555555555555/seg/00112233445566778899aabbccddeeff/data.tpvs");

    private TestSegment(SegmentSpec spec, IReadOnlyList<IRowSource> sources, RowLocation[] order)
    {
        Builder = new SegmentBuilder(spec, sources, order);
        Bytes = Concatenate(Builder.Build());
    }

    internal SegmentBuilder Builder { get; }

    internal byte[] Bytes { get; }

    internal required IReadOnlyList<TestRow?> Rows { get; init; }

    internal static TestSegment Build(params TestRow?[] rows)
    {
        TestRows source = new(rows);
        RowLocation[] order = [.. Enumerable.Range(0, rows.Length).Select(
            row => rows[row] is null ? RowLocation.Padding : new RowLocation(0, row))];
        return Build([source], order);
    }

    internal static TestSegment Build(IReadOnlyList<TestRows> sources, RowLocation[] order) =>
        new(CreateSpec(sources), sources, order)
        {
            Rows = [.. order.Select(at => at.Source < 0 ? null : sources[at.Source][at.Ordinal])],
        };

    internal static SegmentSpec CreateSpec(IReadOnlyList<TestRows> sources)
    {
        TestRow[] rows = [.. sources
            .SelectMany(source => Enumerable.Range(0, source.RowCount).Select(row => source[row]))
            .OfType<TestRow>()];
        return new SegmentSpec(Identity, FieldsOf(rows), ColumnsOf(rows));
    }

    internal static ImmutableArray<SegmentVectorField> FieldsOf(IEnumerable<TestRow?> rows) =>
    [
        .. rows.OfType<TestRow>().SelectMany(row => row.Vectors)
            .Select(vector => new SegmentVectorField(vector.Field, vector.Vector.Length)).Distinct(),
    ];

    internal static ImmutableArray<ColumnDefinition> ColumnsOf(IEnumerable<TestRow?> rows) =>
    [
        .. rows.OfType<TestRow>().SelectMany(row => row.Attributes)
            .Select(attribute => new ColumnDefinition(attribute.Name, attribute.Value.Type)).Distinct(),
    ];

    internal static byte[] Concatenate(IEnumerable<ReadOnlyMemory<byte>> chunks)
    {
        using MemoryStream output = new();
        foreach (ReadOnlyMemory<byte> chunk in chunks)
        {
            output.Write(chunk.Span);
        }

        return output.ToArray();
    }

    internal static SegmentReader Open(byte[] bytes) => SegmentReader.Open(new MemoryByteSource(bytes), Identity);

    internal SegmentReader Open() => Open(Bytes);

    /// <summary>Reads everything a reader gives and compares it with the rows.</summary>
    internal void AssertHolds(SegmentReader reader)
    {
        Assert.That(reader.RowCount, Is.EqualTo(Rows.Count));
        Assert.That(reader.DocumentCount, Is.EqualTo(Rows.Count(row => row is not null)));
        for (int ordinal = 0; ordinal < Rows.Count; ordinal++)
        {
            TestRow? row = Rows[ordinal];
            Assert.That(reader.IsPadding(ordinal), Is.EqualTo(row is null), $"padding of {ordinal}");
            if (row is not null)
            {
                AssertRow(reader, ordinal, row);
            }
        }

        Assert.That(reader.Header.Fields, Is.EquivalentTo(FieldsOf(Rows)));
        foreach (SegmentVectorField field in FieldsOf(Rows))
        {
            AssertVectors(reader.GetVectors(field.Name)!, field.Name);
        }

        Assert.That(reader.Columns, Is.EquivalentTo(ColumnsOf(Rows)));
        foreach (ColumnDefinition column in ColumnsOf(Rows))
        {
            AssertColumn(reader.GetColumn(column.Name)!, column.Name);
        }
    }

    private static void AssertRow(SegmentReader reader, int ordinal, TestRow row)
    {
        Assert.That(TestKey.Of(reader.GetKey(ordinal)), Is.EqualTo(row.Key), $"key of {ordinal}");
        Assert.That(reader.GetSequence(ordinal), Is.EqualTo(row.Sequence), $"sequence of {ordinal}");
        Assert.That(FindAll(reader, row.Key), Does.Contain(ordinal), $"lookup of {row.Key}");
    }

    internal static List<int> FindAll(SegmentReader reader, TestKey key)
    {
        List<int> found = [];
        foreach (int ordinal in reader.FindOrdinals(key.Key))
        {
            found.Add(ordinal);
        }

        return found;
    }

    private void AssertColumn(AttributeColumn column, string name)
    {
        for (int ordinal = 0; ordinal < Rows.Count; ordinal++)
        {
            ColumnValue expected = Rows[ordinal]?.GetAttribute(name) ?? default;
            Assert.That(column.GetValue(ordinal).Equals(expected), Is.True, $"attribute '{name}' of {ordinal}");
        }
    }

    private void AssertVectors(VectorColumn column, string field)
    {
        bool isComplete = Rows.All(row => row?.GetVector(field) is not null);
        Assert.That(column.Presence.IsEmpty, Is.EqualTo(isComplete), $"presence of '{field}'");
        int ordinal = 0;
        while (ordinal < Rows.Count)
        {
            int count = column.GetRunLength(ordinal);
            ReadOnlySpan<float> run = column.GetRun(ordinal, count);
            ReadOnlySpan<float> norms = column.GetNorms(ordinal, count);
            for (int row = 0; row < count; row++, ordinal++)
            {
                float[]? expected = Rows[ordinal]?.GetVector(field);
                ReadOnlySpan<float> actual = run.Slice(row * column.Dimensions, column.Dimensions);
                if (!actual.SequenceEqual(expected ?? new float[column.Dimensions])
                    || norms[row] != (expected is null ? 0 : TestRow.Norm(expected))
                    || column.HasVector(ordinal) != (expected is not null))
                {
                    Assert.Fail($"Vector '{field}' of {ordinal} differs.");
                }
            }
        }
    }
}
