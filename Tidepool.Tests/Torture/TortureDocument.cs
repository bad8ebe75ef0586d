using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tidepool.Tests.Torture;

/// <summary>A document whose every field follows from its key and the write that made it, so that any change shows.
/// </summary>
internal static class TortureDocument
{
    internal const int Dimensions = 16;

    /// <summary>How far writes move a document from its key's place; keys lie much farther apart.</summary>
    private const float Spread = 0.01f;

    internal static Document Create(string key, long operation, long value) => new(key)
    {
        Vector = VectorOf(key, operation),
        ["operation"] = operation,
        ["value"] = value,
        ["text"] = TextOf(key, operation),
    };

    /// <summary>Where all documents of a key lie, give or take <see cref="Spread"/>.</summary>
    internal static float[] PlaceOf(string key)
    {
        Random random = new(MemoryMarshal.Read<int>(Digest(key)));
        return [.. Enumerable.Range(0, Dimensions).Select(_ => 2 * random.NextSingle() - 1)];
    }

    internal static long OperationOf(Document document) => document["operation"].As<long>();

    internal static long ValueOf(Document document) => document["value"].As<long>();

    /// <summary>What differs from the document that the same write made, or null.</summary>
    internal static string? FindDamage(Document document)
    {
        string key = document.Id.ToString();
        Document expected = Create(key, OperationOf(document), ValueOf(document));
        if (!document.Vector.ToSingle().Span.SequenceEqual(expected.Vector.ToSingle().Span))
        {
            return $"{key}: vector [{string.Join(", ", document.Vector.ToSingle().ToArray())}] is not of write "
                + OperationOf(document);
        }

        return document["text"] == expected["text"] && document.Attributes.Count == expected.Attributes.Count
            ? null
            : $"{key}: attributes are not those of write {OperationOf(document)}";
    }

    private static float[] VectorOf(string key, long operation)
    {
        float[] vector = PlaceOf(key);
        Random random = new((int)operation);
        for (int dimension = 0; dimension < Dimensions; dimension++)
        {
            vector[dimension] += Spread * random.NextSingle();
        }

        return vector;
    }

    private static string TextOf(string key, long operation)
    {
        string digest = Convert.ToHexString(Digest($"{key} {operation}"));
        return string.Concat(Enumerable.Repeat(digest, 1 + (int)(operation % 7)));
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
