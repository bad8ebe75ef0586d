using System.Text;
using Tidepool.Index.Binary;
using Tidepool.Index.Rows;

namespace Tidepool.Model;

/// <summary>Document ids as the engine's keys and back; <see cref="DocumentKey"/> says what the bytes are.</summary>
internal static class DocumentIdCodec
{
    /// <summary>The largest text of a key: one kind byte and the id.</summary>
    internal const int MaxTextSizeBytes = 1 + DocumentId.MaxBytes;

    internal const byte StringKind = 1;
    internal const byte GuidKind = 2;

    private const int GuidTextSizeBytes = 17;

    private static readonly UTF8Encoding s_strictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The key of an id, its text in <paramref name="scratch"/>.</summary>
    /// <param name="id">Any id but the default one.</param>
    /// <param name="scratch">At least <see cref="MaxTextSizeBytes"/>; the key lives in it.</param>
    internal static DocumentKey ToKey(DocumentId id, Span<byte> scratch) => id.TryGetInt64(out long number)
        ? new DocumentKey((ulong)number, default)
        : FromText(scratch[..WriteText(id, scratch)]);

    /// <summary>Writes the text of a string or Guid id and returns its size.</summary>
    internal static int WriteText(DocumentId id, Span<byte> destination)
    {
        if (id.TryGetString(out string? text))
        {
            destination[0] = StringKind;
            return 1 + Encoding.UTF8.GetBytes(text, destination[1..]);
        }

        if (!id.TryGetGuid(out Guid guid))
        {
            throw new ArgumentException($"The id '{id}' has no text; expected a string or a Guid.", nameof(id));
        }

        destination[0] = GuidKind;
        guid.TryWriteBytes(destination[1..], bigEndian: true, out _);
        return GuidTextSizeBytes;
    }

    /// <summary>The key of a string or Guid id whose text is at hand.</summary>
    internal static DocumentKey FromText(ReadOnlySpan<byte> text) => new(XxHash64.Compute(text), text);

    /// <summary>The id of a stored key.</summary>
    /// <exception cref="SegmentFormatException">The text is not that of an id.</exception>
    internal static DocumentId FromKey(DocumentKey key)
    {
        if (key.Text.IsEmpty)
        {
            return (long)key.Hash;
        }

        if (!IsValidText(key.Text))
        {
            throw new SegmentFormatException(
                $"a document id of {key.Text.Length} bytes and kind {key.Text[0]} is not well-formed", offset: 0);
        }

        return key.Text[0] == GuidKind
            ? new Guid(key.Text[1..], bigEndian: true)
            : s_strictUtf8.GetString(key.Text[1..]);
    }

    /// <summary>Whether stored bytes are the text of a string or Guid id.</summary>
    internal static bool IsValidText(ReadOnlySpan<byte> text) => !text.IsEmpty && text[0] switch
    {
        StringKind => text.Length > 1 && text.Length <= MaxTextSizeBytes &&
            System.Text.Unicode.Utf8.IsValid(text[1..]),
        GuidKind => text.Length == GuidTextSizeBytes,
        _ => false,
    };
}
