using System.Buffers;
using System.Text;
using Tidepool.Index.Attributes;
using Tidepool.Model;

namespace Tidepool.Tests.Core.Model;

/// <summary>Makes batches, and reads them back as text that two equal batches share.</summary>
internal static class BatchTestData
{
    /// <summary>Documents with all types of fields, in changing order, and deletes.</summary>
    internal static List<object> RandomOperations(Random random, int count)
    {
        var operations = new List<object>();
        for (int i = 0; i < count; i++)
        {
            DocumentId id = RandomId(random);
            operations.Add(random.Next(4) == 0 ? id : RandomDocument(random, id));
        }

        return operations;
    }

    internal static byte[] Encode(
        IEnumerable<object> operations,
        NamespaceSchema schema,
        out EncodedBatch batch,
        NamespaceSchema? declared = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var encoder = new BatchEncoder();
        encoder.Begin(schema, declared ?? NamespaceSchema.Empty, output);
        foreach (object operation in operations)
        {
            if (operation is Document document)
            {
                encoder.Upsert(document);
            }
            else
            {
                encoder.Delete((DocumentId)operation);
            }
        }

        batch = encoder.Complete();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>What a batch does, one line for each operation, fields in the order of their names.</summary>
    internal static string Describe(ReadOnlySpan<byte> payload, NamespaceSchema schema, out NamespaceSchema after)
    {
        var text = new StringBuilder();
        var reader = new BatchReader(payload, schema);
        while (reader.Read())
        {
            var fields = new List<string>();
            while (reader.ReadVector(out BatchVector vector))
            {
                fields.Add($"{vector.Field.Name}=<{string.Join(' ', vector.Values.ToArray())}>");
            }

            while (reader.ReadAttribute(out BatchAttribute attribute))
            {
                fields.Add($"{attribute.Field.Name}={attribute.Field.Type}:{Describe(attribute.Value)}");
            }

            AppendLine(text, $"{reader.Kind} {DocumentIdCodec.FromKey(reader.Key)}", fields);
        }

        after = reader.Schema;
        return text.ToString();
    }

    internal static string Describe(IEnumerable<object> operations)
    {
        var text = new StringBuilder();
        foreach (object operation in operations)
        {
            if (operation is not Document document)
            {
                AppendLine(text, $"Delete {operation}", []);
                continue;
            }

            List<string> fields =
            [
                .. document.Vectors.Append(new("", document.Vector)).Where(pair => !pair.Value.IsEmpty)
                    .Select(pair => $"{pair.Key}=<{string.Join(' ', pair.Value.ToSingle().ToArray())}>"),
                .. document.Attributes.Where(pair => !pair.Value.IsNull)
                    .Select(pair => $"{pair.Key}={pair.Value.Type}:{pair.Value}"),
            ];
            AppendLine(text, $"Upsert {document.Id}", fields);
        }

        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, string start, List<string> fields)
    {
        fields.Sort(StringComparer.Ordinal);
        text.Append(start).Append(": ").AppendJoin("; ", fields).Append('\n');
    }

    private static AttributeValue Describe(BatchValue value)
    {
        ReadOnlySpan<byte> bytes = value.Bytes;
        switch (value.Type)
        {
            case ColumnType.Boolean:
                return value.Bits == 1;
            case ColumnType.Int64:
                return value.Bits;
            case ColumnType.Double:
                return BitConverter.Int64BitsToDouble(value.Bits);
            case ColumnType.Timestamp:
                return AttributeValue.FromUtcTicks(value.Bits);
            case ColumnType.String:
                return Encoding.UTF8.GetString(bytes);
            case ColumnType.Guid:
                return new Guid(bytes, bigEndian: true);
            case ColumnType.Bytes:
                return bytes.ToArray();
            case ColumnType.StringArray:
                var strings = new List<string>();
                BatchStrings elements = value.GetStrings();
                while (elements.MoveNext())
                {
                    strings.Add(Encoding.UTF8.GetString(elements.Current));
                }

                return strings.ToArray();
            default:
                return DescribeFixed(value);
        }
    }

    private static AttributeValue DescribeFixed(BatchValue value)
    {
        byte[] bytes = value.Bytes.ToArray();
        IEnumerable<int> ordinals = Enumerable.Range(0, value.Count);
        return value.Type switch
        {
            ColumnType.BooleanArray => ordinals.Select(i => bytes[i] == 1).ToArray(),
            ColumnType.Int64Array => ordinals.Select(i => BitConverter.ToInt64(bytes, i * 8)).ToArray(),
            ColumnType.DoubleArray => ordinals.Select(i => BitConverter.ToDouble(bytes, i * 8)).ToArray(),
            ColumnType.GuidArray => ordinals.Select(i => new Guid(bytes.AsSpan(i * 16, 16), bigEndian: true)).ToArray(),
            _ => ordinals
                .Select(i => new DateTimeOffset(BitConverter.ToInt64(bytes, i * 8), TimeSpan.Zero)).ToArray(),
        };
    }

    private static DocumentId RandomId(Random random) => random.Next(3) switch
    {
        0 => random.NextInt64(),
        1 => RandomGuid(random),
        _ => "id " + RandomText(random, 20),
    };

    private static Document RandomDocument(Random random, DocumentId id)
    {
        var document = new Document(id);
        if (random.Next(2) == 0)
        {
            document.Vector = RandomVector(random, 5);
        }

        foreach (int field in RandomOrder(random, 3))
        {
            document.Vectors[$"v{field}"] = random.Next(4) == 0 ? default : RandomVector(random, field + 1);
        }

        foreach (int field in RandomOrder(random, 26))
        {
            document[$"a{field}"] = random.Next(5) == 0 ? AttributeValue.Null : RandomValue(random, field % 13);
        }

        return document;
    }

    private static IEnumerable<int> RandomOrder(Random random, int count)
    {
        int[] all = [.. Enumerable.Range(0, count)];
        if (random.Next(2) == 0)
        {
            random.Shuffle(all);
        }

        return all.Take(random.Next(count + 1));
    }

    private static AttributeValue RandomValue(Random random, int type)
    {
        int count = random.Next(4);
        return type switch
        {
            0 => random.Next(2) == 0,
            1 => random.NextInt64() >> random.Next(64),
            2 => random.NextDouble() * 1e6,
            3 => RandomText(random, 40),
            4 => RandomGuid(random),
            5 => RandomInstant(random),
            6 => Enumerable.Range(0, count).Select(_ => (byte)random.Next()).ToArray(),
            7 => Enumerable.Range(0, count).Select(_ => random.Next(2) == 0).ToArray(),
            8 => Enumerable.Range(0, count).Select(_ => random.NextInt64()).ToArray(),
            9 => Enumerable.Range(0, count).Select(_ => random.NextDouble()).ToArray(),
            10 => Enumerable.Range(0, count).Select(_ => RandomText(random, 9)).ToArray(),
            11 => Enumerable.Range(0, count).Select(_ => RandomGuid(random)).ToArray(),
            _ => Enumerable.Range(0, count).Select(_ => RandomInstant(random)).ToArray(),
        };
    }

    private static float[] RandomVector(Random random, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => random.NextSingle())];

    private static string RandomText(Random random, int maxLength) => string.Concat(
        Enumerable.Range(0, random.Next(maxLength + 1)).Select(_ => random.Next(8) == 0 ? "é\uFFFD😀" : "a"));

    private static Guid RandomGuid(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static DateTimeOffset RandomInstant(Random random) =>
        new(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero);
}
