using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>Encodes test tables.</summary>
internal static class SectionCases
{
    internal static byte[] Encode(AttributeWriter writer)
    {
        using var stream = new MemoryStream();
        foreach (ReadOnlyMemory<byte> chunk in writer.Write())
        {
            if (chunk.Length is 0 or > 1 << 20)
            {
                throw new InvalidOperationException($"A chunk has {chunk.Length} bytes.");
            }

            stream.Write(chunk.Span);
        }

        return stream.ToArray();
    }

    /// <summary>A table's rows in its own order.</summary>
    internal static byte[] Encode(TestTable table) => Encode(CreateWriter(table));

    internal static AttributeWriter CreateWriter(TestTable table)
    {
        RowLocation[] rows = [.. Enumerable.Range(0, table.RowCount).Select(ordinal => new RowLocation(0, ordinal))];
        IEnumerable<ColumnDefinition> columns = table.Types.Select(type => new ColumnDefinition(type.Key, type.Value));
        return new AttributeWriter(columns, rows, [table]);
    }

    internal static AttributeSection Open(byte[] section) => AttributeSection.Open(new ArraySource(section));

    /// <summary>Rows of several sources: runs, single rows, rows more than once, and padding.</summary>
    internal static RowLocation[] CreateRows(Random random, int[] sourceRowCounts)
    {
        var rows = new List<RowLocation>();
        int runCount = random.Next(1, 40);
        for (int i = 0; i < runCount; i++)
        {
            int source = random.Next(-1, sourceRowCounts.Length);
            if (source < 0)
            {
                rows.AddRange(Enumerable.Repeat(RowLocation.Padding, random.Next(1, 40)));
            }
            else if (sourceRowCounts[source] > 0)
            {
                int first = random.Next(sourceRowCounts[source]);
                int count = random.Next(2) == 0 ? 1 : random.Next(1, sourceRowCounts[source] - first + 1);
                rows.AddRange(Enumerable.Range(first, count).Select(ordinal => new RowLocation(source, ordinal)));
            }
        }

        return [.. rows];
    }
}
