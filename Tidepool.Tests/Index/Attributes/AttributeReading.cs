using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>Reads a section of attributes in every way there is.</summary>
internal static class AttributeReading
{
    private static readonly Predicate[] s_conditions = [.. RandomValues.AllTypes.SelectMany(CreateConditions)];

    /// <summary>Reads every value and evaluates conditions of every kind.</summary>
    internal static void ReadAll(byte[] bytes) => ReadAll(SectionCases.Open(bytes));

    /// <summary>The same for a section that, as one in a segment, must have a number of rows.</summary>
    internal static void ReadAll(byte[] bytes, int rowCount)
    {
        AttributeSection section = SectionCases.Open(bytes);
        if (section.RowCount != rowCount)
        {
            throw new SegmentFormatException($"{section.RowCount} rows, expected {rowCount}", offset: 0);
        }

        ReadAll(section);
    }

    /// <summary>A section with a column of each of some types, named like it.</summary>
    internal static byte[] MakeSection(ColumnType[] types, int rowCount)
    {
        var values = new RandomValues(new Random(5));
        (string, ColumnType, ColumnValue[])[] columns = [.. types.Select(type => (
            type.ToString(),
            type,
            Enumerable.Range(0, rowCount).Select(i => i % 5 == 3 ? default : values.Next(type)).ToArray()))];
        return SectionCases.Encode(new TestTable(rowCount, columns));
    }

    private static void ReadAll(AttributeSection section)
    {
        var result = new RowBitmap();
        foreach (ColumnDefinition definition in section.Columns)
        {
            AttributeColumn column = section.GetColumn(definition.Name)!;
            for (int ordinal = 0; ordinal < column.RowCount; ordinal++)
            {
                _ = column.GetValue(ordinal);
            }
        }

        foreach (Predicate predicate in s_conditions)
        {
            PredicateEvaluator.Evaluate(predicate, section, section.RowCount, result);
        }
    }

    private static IEnumerable<Predicate> CreateConditions(ColumnType column)
    {
        string name = column.ToString();
        yield return Predicate.IsNull(name);
        yield return Predicate.StartsWith(name, "a");
        yield return Predicate.Glob(name, "*b?");
        var values = new RandomValues(new Random(7));
        foreach (ColumnType type in RandomValues.AllTypes)
        {
            ColumnValue value = values.Next(type);
            yield return Predicate.In(name, value, values.Next(type), values.Next(type));
            yield return Predicate.LessOrEqual(name, value);
            yield return Predicate.ContainsAny(name, value, values.Next(type));
        }
    }
}
