using NUnit.Framework;
using Tidepool.Index.Attributes;
using Tidepool.Tests.Index.Attributes;

namespace Tidepool.Tests.Formats;

internal sealed class AttributeGoldenTests
{
    private const string Folder = "attributes-v1/";

    private static readonly string[] s_names = ["two-columns", "all-types"];

    /// <summary>The file of two columns was not made by this code: it was put together by hand.</summary>
    [TestCaseSource(nameof(s_names))]
    public void Section_WrittenToday_IsTheGoldenFile(string name)
    {
        byte[] bytes = SectionCases.Encode(CreateTable(name));
        if (GoldenFiles.TryAdd($"{Folder}{name}.tpat", bytes))
        {
            Assert.Fail($"Golden/{Folder}{name}.tpat was missing and has been written: check it in.");
        }

        Assert.That(bytes, Is.EqualTo(GoldenFiles.Read($"{Folder}{name}.tpat")));
    }

    [TestCaseSource(nameof(s_names))]
    public void Section_OfTheGoldenFile_HoldsWhatWasWritten(string name)
    {
        TestTable table = CreateTable(name);

        AttributeSection section = SectionCases.Open(GoldenFiles.Read($"{Folder}{name}.tpat"));

        Assert.That(section.RowCount, Is.EqualTo(table.RowCount));
        AttributeSectionTests.AssertHasValues(section, table);
    }

    private static TestTable CreateTable(string name)
    {
        if (name == "two-columns")
        {
            ColumnValue empty = ColumnValue.FromArray(Array.Empty<string>());
            return new TestTable(
                3,
                ("year", ColumnType.Int64, [ColumnValue.FromInt64(2020), default, ColumnValue.FromInt64(2021)]),
                ("tags", ColumnType.StringArray, [ColumnValue.FromArray(["a", "bc"]), empty, default]));
        }

        // Values repeat every few rows, so that strings get dictionaries; the columns "plain…" have none.
        const int Rows = 1_030;
        Func<int, ColumnValue> plain = i => ColumnValue.FromString($"text {i}");
        Func<int, ColumnValue> plainArray = i => ColumnValue.FromArray([$"a{i}", $"ä{i}"]);
        return new TestTable(
            Rows,
            [
                .. RandomValues.AllTypes.Select(type =>
                    Column(type.ToString(), type, i => CreateValue(type, i % (type.IsArray() ? 3 : 7)))),
                Column("plain", ColumnType.String, plain),
                Column("plain array", ColumnType.StringArray, plainArray),
            ]);

        static (string, ColumnType, ColumnValue[]) Column(
            string name, ColumnType type, Func<int, ColumnValue> create) =>
            (name, type, [.. Enumerable.Range(0, Rows).Select(i => i % 11 == 3 ? default : create(i))]);
    }

    private static ColumnValue CreateValue(ColumnType type, int i) => type switch
    {
        ColumnType.Boolean => ColumnValue.FromBoolean(i % 2 == 0),
        ColumnType.Int64 => ColumnValue.FromInt64(i == 0 ? long.MinValue : i == 1 ? long.MaxValue : i),
        ColumnType.Double => ColumnValue.FromDouble(i == 0 ? double.NaN : i == 1 ? -0.0 : 1.0 / i),
        ColumnType.String => ColumnValue.FromString(i == 0 ? "" : $"é{i}😀"),
        ColumnType.Guid => ColumnValue.FromGuidNumber(new UInt128((ulong)i << 60, (ulong)i)),
        ColumnType.Timestamp => ColumnValue.FromTimestamp(i == 0 ? DateTime.MaxValue.Ticks : i),
        ColumnType.Bytes => ColumnValue.FromBytes([.. Enumerable.Range(0, i).Select(b => (byte)(255 - b))]),
        ColumnType.BooleanArray => ColumnValue.FromArray(Elements(ColumnType.Boolean, i, e => e.AsBoolean())),
        ColumnType.Int64Array => ColumnValue.FromArray(Elements(ColumnType.Int64, i, e => e.AsInt64())),
        ColumnType.DoubleArray => ColumnValue.FromArray(Elements(ColumnType.Double, i, e => e.AsDouble())),
        ColumnType.StringArray => ColumnValue.FromArray(Elements(ColumnType.String, i, e => e.AsString())),
        ColumnType.GuidArray => ColumnValue.FromArray(Elements(ColumnType.Guid, i, e => e.AsGuid())),
        _ => ColumnValue.FromArray(
            Elements(ColumnType.Timestamp, i, e => new DateTimeOffset(e.AsTimestamp(), TimeSpan.Zero))),
    };

    private static T[] Elements<T>(ColumnType type, int count, Func<ColumnValue, T> convert) =>
        [.. Enumerable.Range(0, count).Select(i => convert(CreateValue(type, i)))];
}
