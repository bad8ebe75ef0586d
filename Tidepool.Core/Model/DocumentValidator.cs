using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;

namespace Tidepool.Model;

/// <summary>What a document may hold whatever its namespace is. Messages name document, field, found and
/// expected.</summary>
internal static class DocumentValidator
{
    /// <summary>The largest size of a document's attributes as stored: documents are rows, not files.</summary>
    internal const int MaxAttributesSizeBytes = 1 << 20;

    private const int MaxShownLength = 64;

    /// <exception cref="ArgumentException">A vector or an attribute is not allowed.</exception>
    internal static void Check(Document document)
    {
        if (!document.Vector.IsEmpty)
        {
            CheckVector(document.Id, "", document.Vector);
        }

        foreach (ref readonly FieldEntry<VectorValue> entry in document.VectorEntries)
        {
            if (!entry.Value.IsEmpty)
            {
                CheckVector(document.Id, entry.Name, entry.Value);
            }
        }

        CheckAttributes(document.Id, document.AttributeEntries);
    }

    /// <exception cref="ArgumentException">An attribute is not allowed.</exception>
    internal static void CheckAttributes(DocumentId id, ReadOnlySpan<FieldEntry<AttributeValue>> attributes)
    {
        long sizeBytes = 0;
        foreach (ref readonly FieldEntry<AttributeValue> entry in attributes)
        {
            sizeBytes += CheckValue(id, entry.Name, entry.Value.Value);
        }

        if (sizeBytes > MaxAttributesSizeBytes)
        {
            throw Refuse(id, "the attributes take", sizeBytes, $"at most {MaxAttributesSizeBytes} bytes");
        }
    }

    /// <summary>Whether all numbers are finite; vectorized.</summary>
    internal static bool AreFinite(ReadOnlySpan<float> values)
    {
        // 0 * x is 0 for every finite x, and NaN for the others; a sum with a NaN in it is NaN.
        Vector<float> sum = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (Vector<float> vector in vectors)
        {
            sum += vector * Vector<float>.Zero;
        }

        float rest = 0;
        for (int i = vectors.Length * Vector<float>.Count; i < values.Length; i++)
        {
            rest += values[i] * 0f;
        }

        return Vector.EqualsAll(sum, Vector<float>.Zero) && rest == 0f;
    }

    /// <summary>A document, for a message.</summary>
    internal static string Describe(DocumentId id) => $"Document '{Shorten(id.ToString())}'";

    /// <summary>Text for a message, cut to a length that a message can bear.</summary>
    internal static string Shorten(string text) =>
        text.Length <= MaxShownLength ? text : text[..MaxShownLength] + "…";

    private static void CheckVector(DocumentId id, string field, VectorValue vector)
    {
        if (vector.Dimensions > VectorFieldOptions.MaxDimensions)
        {
            throw Refuse(
                id,
                $"{Describe(field)} has",
                vector.Dimensions,
                $"at most {VectorFieldOptions.MaxDimensions} dimensions");
        }

        ReadOnlySpan<float> values = vector.Span;
        if (AreFinite(values))
        {
            return;
        }

        int first = 0;
        while (float.IsFinite(values[first]))
        {
            first++;
        }

        throw Refuse(id, $"number {first} of {Describe(field)} is", values[first], "a finite number");
    }

    /// <summary>The size of a value as it is stored, near enough for a limit.</summary>
    private static long CheckValue(DocumentId id, string name, in ColumnValue value)
    {
        switch (value.Type)
        {
            case ColumnType.Null:
                return 0;
            case ColumnType.Double:
                CheckFinite(id, name, value.AsDouble());
                return sizeof(double);
            case ColumnType.String:
                return CheckText(id, name, value.AsString());
            case ColumnType.Guid:
                return 16;
            case ColumnType.Bytes:
                return 1L + value.AsBytes().Length;
            case ColumnType.DoubleArray:
                foreach (double element in value.AsArray<double>())
                {
                    CheckFinite(id, name, element);
                }

                break;
            case ColumnType.StringArray:
                return CheckTexts(id, name, value.AsArray<string?>());
        }

        return value.Type.IsArray()
            ? 1 + (value.ElementCount * (long)Math.Max(1, value.Type.ElementType().Width()))
            : sizeof(long);
    }

    private static long CheckTexts(DocumentId id, string name, string?[] texts)
    {
        long sizeBytes = 1;
        foreach (string? text in texts)
        {
            sizeBytes += text is not null
                ? CheckText(id, name, text)
                : throw Refuse(id, $"an element of the attribute '{name}' is", "null", "a string");
        }

        return sizeBytes;
    }

    private static long CheckText(DocumentId id, string name, string text) =>
        Utf8Text.TryGetSize(text, out int sizeBytes)
            ? VarInt.GetLength((ulong)sizeBytes) + (long)sizeBytes
            : throw Refuse(
                id, $"the attribute '{name}' holds", "half of a surrogate pair", "Unicode text");

    private static void CheckFinite(DocumentId id, string name, double number)
    {
        if (!double.IsFinite(number))
        {
            throw Refuse(id, $"the attribute '{name}' is", number, "a finite number");
        }
    }

    private static string Describe(string vectorField) =>
        vectorField.Length == 0 ? "the vector" : $"the vector '{vectorField}'";

    private static ArgumentException Refuse(DocumentId id, string subject, object found, string expected) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"{Describe(id)}: {subject} {found}; expected {expected}."));
}
