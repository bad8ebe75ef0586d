using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Tidepool.Index.Attributes;

namespace Tidepool;

/// <summary>A document's id: a string, a 64-bit integer or a <see cref="Guid"/>.</summary>
/// <remarks>
/// <para>Strings are 1 to 512 bytes of well-formed UTF-8, compared byte by byte: no culture, no case folding. The
/// integer 1, the string "1" and a Guid are three different ids. Keys of <see cref="Guid.CreateVersion7()"/> sort by
/// time.</para>
/// <para>Order: integers by value, then strings by their UTF-8 bytes, then Guids by their digits. The default value
/// is no id at all; a document cannot have it.</para>
/// </remarks>
public readonly struct DocumentId : IEquatable<DocumentId>, IComparable<DocumentId>
{
    /// <summary>The largest size of a string id in UTF-8, in bytes.</summary>
    public const int MaxBytes = 512;

    private readonly string? _text;
    private readonly ulong _high; // The integer's bits, or the Guid's first eight bytes, big-endian.
    private readonly ulong _low; // The Guid's last eight bytes, big-endian.
    private readonly DocumentIdKind _kind;

    private DocumentId(DocumentIdKind kind, string? text, ulong high, ulong low)
    {
        _kind = kind;
        _text = text;
        _high = high;
        _low = low;
    }

    /// <summary>Whether this is the default value, which is not an id.</summary>
    public bool IsDefault => _kind == DocumentIdKind.None;

    internal DocumentIdKind Kind => _kind;

    /// <summary>Takes a string as an id.</summary>
    /// <exception cref="ArgumentNullException">The string is null.</exception>
    /// <exception cref="ArgumentException">The string is empty, is longer than <see cref="MaxBytes"/> in UTF-8, or
    /// holds half of a surrogate pair.</exception>
    public static implicit operator DocumentId(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0)
        {
            throw new ArgumentException($"A document id is empty; expected 1 to {MaxBytes} bytes.", nameof(value));
        }

        if (!Utf8Text.TryGetSize(value, out int sizeBytes))
        {
            throw new ArgumentException(
                "A document id holds half of a surrogate pair; expected Unicode text.", nameof(value));
        }

        if (sizeBytes > MaxBytes)
        {
            throw new ArgumentException(
                $"A document id is {sizeBytes} bytes of UTF-8; expected at most {MaxBytes}.", nameof(value));
        }

        return new DocumentId(DocumentIdKind.String, value, 0, 0);
    }

    /// <summary>Takes an integer as an id.</summary>
    public static implicit operator DocumentId(long value) => new(DocumentIdKind.Int64, null, (ulong)value, 0);

    /// <summary>Takes a Guid as an id.</summary>
    public static implicit operator DocumentId(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return new DocumentId(
            DocumentIdKind.Guid,
            null,
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    /// <summary>Whether both ids are of one kind and equal.</summary>
    public static bool operator ==(DocumentId left, DocumentId right) => left.Equals(right);

    /// <summary>Whether the ids differ in kind or value.</summary>
    public static bool operator !=(DocumentId left, DocumentId right) => !left.Equals(right);

    /// <summary>Whether <paramref name="left"/> sorts before <paramref name="right"/>.</summary>
    public static bool operator <(DocumentId left, DocumentId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> sorts before <paramref name="right"/> or equals it.</summary>
    public static bool operator <=(DocumentId left, DocumentId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> sorts behind <paramref name="right"/>.</summary>
    public static bool operator >(DocumentId left, DocumentId right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> sorts behind <paramref name="right"/> or equals it.</summary>
    public static bool operator >=(DocumentId left, DocumentId right) => left.CompareTo(right) >= 0;

    /// <summary>The id as a string, if it is one.</summary>
    public bool TryGetString([NotNullWhen(true)] out string? value)
    {
        value = _text;
        return _kind == DocumentIdKind.String;
    }

    /// <summary>The id as an integer, if it is one.</summary>
    public bool TryGetInt64(out long value)
    {
        value = _kind == DocumentIdKind.Int64 ? (long)_high : 0;
        return _kind == DocumentIdKind.Int64;
    }

    /// <summary>The id as a Guid, if it is one.</summary>
    public bool TryGetGuid(out Guid value)
    {
        value = default;
        if (_kind != DocumentIdKind.Guid)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
        value = new Guid(bytes, bigEndian: true);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(DocumentId other) =>
        _kind == other._kind && _high == other._high && _low == other._low && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DocumentId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        _text is not null ? _text.GetHashCode(StringComparison.Ordinal) : HashCode.Combine(_kind, _high, _low);

    /// <summary>Compares in the order in which scans return documents.</summary>
    public int CompareTo(DocumentId other)
    {
        if (_kind != other._kind)
        {
            return _kind.CompareTo(other._kind);
        }

        return _kind switch
        {
            DocumentIdKind.Int64 => ((long)_high).CompareTo((long)other._high),
            DocumentIdKind.String => ValueOrder.CompareAsUtf8(_text!, other._text!),
            _ => _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low),
        };
    }

    /// <summary>The string itself, the integer in decimal, or the Guid with hyphens; empty for the default
    /// value.</summary>
    public override string ToString()
    {
        if (TryGetGuid(out Guid guid))
        {
            return guid.ToString();
        }

        return TryGetInt64(out long number) ? number.ToString(CultureInfo.InvariantCulture) : _text ?? "";
    }
}
