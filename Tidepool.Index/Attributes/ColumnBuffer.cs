using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>A growing column of a memtable chunk.</summary>
/// <remarks>
/// One writer, which sets rows in ascending order and leaves out those that are null; any number of lock-free readers,
/// each through a <see cref="View"/>. The writer publishes a row by its count, after everything the row consists of;
/// readers look at the count first. An array that is full is replaced, never moved: old views keep the old one. A row
/// that could not be set (an exception was thrown) is as if it had not been tried.
/// </remarks>
internal sealed class ColumnBuffer
{
    private const int InitialSizeBytes = 128;

    private readonly int _width;
    private readonly ColumnBuffer? _elements;

    private byte[] _values = []; // Of one width each, or bools as bits in words.
    private byte[] _offsets = []; // Of texts in the heap or of arrays in the elements: one more than rows.
    private byte[] _heap = [];
    private byte[] _presence = []; // Empty as long as no row was left out.
    private int _count;
    private int _arrayOrdinal = -1; // The row whose array is open.
    private AttributeColumn? _lastView;

    internal ColumnBuffer(ColumnType type)
    {
        if (!type.IsColumn())
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "No column has this type.");
        }

        Type = type;
        _width = type.Width();
        _elements = type.IsArray() ? new ColumnBuffer(type.ElementType()) : null;
        if (type.IsText() || type.IsArray())
        {
            _offsets = new byte[InitialSizeBytes];
        }
    }

    internal ColumnType Type { get; }

    /// <summary>One past the last row that was set.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Memory it holds, in bytes; for the writer.</summary>
    internal long SizeBytes =>
        (long)_values.Length + _offsets.Length + _heap.Length + _presence.Length + (_elements?.SizeBytes ?? 0);

    /// <summary>Sets a row to any value of the column's type; null leaves it out.</summary>
    /// <exception cref="ArgumentException">The value has another type, or a string that is no Unicode.</exception>
    internal void Set(int ordinal, in ColumnValue value)
    {
        switch (value.Type)
        {
            case ColumnType.Null:
                ThrowIfSet(ordinal);
                break;
            case ColumnType.Boolean:
                SetBoolean(ordinal, value.AsBoolean());
                break;
            case ColumnType.Int64:
                SetInt64(ordinal, value.AsInt64());
                break;
            case ColumnType.Double:
                SetDouble(ordinal, value.AsDouble());
                break;
            case ColumnType.Timestamp:
                SetTimestamp(ordinal, value.AsTimestamp());
                break;
            case ColumnType.Guid:
                SetGuid(ordinal, value.AsGuid());
                break;
            case ColumnType.String:
                SetString(ordinal, value.AsString());
                break;
            case ColumnType.Bytes:
                SetBytes(ordinal, value.AsBytes());
                break;
            default:
                SetArray(ordinal, value);
                break;
        }
    }

    internal void SetBoolean(int ordinal, bool value)
    {
        Start(ordinal, ColumnType.Boolean);
        EnsureSize(ref _values, BitWords.CountFor(ordinal + 1) * sizeof(ulong));
        SetBit(_values, ordinal, value);
        Publish(ordinal);
    }

    internal void SetInt64(int ordinal, long value)
    {
        Start(ordinal, ColumnType.Int64);
        SetFixed(ordinal, value);
    }

    internal void SetDouble(int ordinal, double value)
    {
        Start(ordinal, ColumnType.Double);
        SetFixed(ordinal, BitConverter.DoubleToInt64Bits(value));
    }

    /// <summary>Sets a row to an instant, given as its UTC ticks.</summary>
    internal void SetTimestamp(int ordinal, long utcTicks)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (ulong)utcTicks, (ulong)DateTime.MaxValue.Ticks, nameof(utcTicks));
        Start(ordinal, ColumnType.Timestamp);
        SetFixed(ordinal, utcTicks);
    }

    internal void SetGuid(int ordinal, Guid value)
    {
        Start(ordinal, ColumnType.Guid);
        EnsureSize(ref _values, (ordinal + 1) * _width);
        value.TryWriteBytes(_values.AsSpan(ordinal * _width, _width), bigEndian: true, out _);
        Publish(ordinal);
    }

    /// <exception cref="ArgumentException">The string holds half of a surrogate pair.</exception>
    internal void SetString(int ordinal, string value)
    {
        Start(ordinal, ColumnType.String);
        int maxLength = value.Length <= 256 ? value.Length * 3 : StrictUtf8.Encoding.GetByteCount(value);
        int start = StartText(ordinal, maxLength);
        SetText(ordinal, start + StrictUtf8.Encoding.GetBytes(value, _heap.AsSpan(start)));
    }

    /// <exception cref="ArgumentException">The bytes are not UTF-8.</exception>
    internal void SetUtf8(int ordinal, ReadOnlySpan<byte> value)
    {
        Start(ordinal, ColumnType.String);
        if (!System.Text.Unicode.Utf8.IsValid(value))
        {
            throw new ArgumentException($"The text of row {ordinal} is not valid UTF-8.", nameof(value));
        }

        int start = StartText(ordinal, value.Length);
        value.CopyTo(_heap.AsSpan(start));
        SetText(ordinal, start + value.Length);
    }

    internal void SetBytes(int ordinal, ReadOnlySpan<byte> value)
    {
        Start(ordinal, ColumnType.Bytes);
        int start = StartText(ordinal, value.Length);
        value.CopyTo(_heap.AsSpan(start));
        SetText(ordinal, start + value.Length);
    }

    /// <summary>Starts a row's array: set rows <see cref="Count"/>, Count + 1 … of the answer to its elements, in
    /// order, then call <see cref="EndArray"/>.</summary>
    internal ColumnBuffer BeginArray(int ordinal)
    {
        ThrowIfSet(ordinal);
        ColumnBuffer elements = _elements ?? throw WrongType("an array");
        EnsureSize(ref _offsets, (ordinal + 2) * sizeof(int));
        elements._count = ReadOffset(_count); // Drops the elements of an array that was begun and never ended.
        _arrayOrdinal = ordinal;
        return elements;
    }

    internal void EndArray()
    {
        int ordinal = _arrayOrdinal;
        if (ordinal < _count)
        {
            throw new InvalidOperationException("No array was begun.");
        }

        FillOffsets(ordinal, _elements!._count);
        _arrayOrdinal = -1;
        Publish(ordinal);
    }

    /// <summary>The rows below a count, as they are for good: the caller knows that they are complete.</summary>
    /// <remarks>For any thread.</remarks>
    internal AttributeColumn View(int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        int stored = Math.Min(Volatile.Read(ref _count), rowCount); // Before the arrays: they hold at least so many.
        AttributeColumn? last = Volatile.Read(ref _lastView);
        if (last is not null && last.RowCount == rowCount && last.StoredRowCount == stored)
        {
            return last;
        }

        ReadOnlyMemory<byte> presence = _presence;
        var shape = new ColumnShape(
            Type,
            rowCount,
            stored,
            presence.IsEmpty ? presence : presence[..(BitWords.CountFor(stored) * sizeof(ulong))],
            ReadOnlyMemory<byte>.Empty);
        AttributeColumn view = CreateView(shape);
        Volatile.Write(ref _lastView, view);
        return view;
    }

    private AttributeColumn CreateView(in ColumnShape shape)
    {
        if (_width > 0)
        {
            return new FixedColumn(shape, _values);
        }

        if (Type == ColumnType.Boolean)
        {
            int sizeBytes = BitWords.CountFor(shape.StoredRowCount) * sizeof(ulong);
            return new BooleanColumn(shape, _values.AsMemory(0, sizeBytes));
        }

        ReadOnlyMemory<byte> offsets = _offsets.AsMemory(0, (shape.StoredRowCount + 1) * sizeof(int));
        int end = BinaryPrimitives.ReadInt32LittleEndian(offsets.Span[(shape.StoredRowCount * sizeof(int))..]);
        return _elements is null
            ? new HeapColumn(shape, offsets, _heap.AsMemory(0, end))
            : new ListColumn(shape, offsets, _elements.View(end));
    }

    private void SetArray(int ordinal, in ColumnValue value)
    {
        if (value.Type != Type)
        {
            throw WrongType(value.Type.ToString());
        }

        ColumnBuffer elements = BeginArray(ordinal);
        for (int i = 0, count = value.ElementCount; i < count; i++)
        {
            ColumnValue element = value.GetElement(i);
            if (element.IsNull)
            {
                throw new ArgumentException($"Element {i} of the array of row {ordinal} is null.", nameof(value));
            }

            elements.Set(elements._count, element);
        }

        EndArray();
    }

    private void SetFixed(int ordinal, long bits)
    {
        EnsureSize(ref _values, (ordinal + 1) * sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_values.AsSpan(ordinal * sizeof(long)), bits);
        Publish(ordinal);
    }

    /// <summary>Makes room for a text of at most so many bytes; where in the heap it starts.</summary>
    private int StartText(int ordinal, int maxLength)
    {
        EnsureSize(ref _offsets, (ordinal + 2) * sizeof(int));
        int start = ReadOffset(_count);
        EnsureSize(ref _heap, checked(start + maxLength));
        return start;
    }

    private void SetText(int ordinal, int end)
    {
        FillOffsets(ordinal, end);
        Publish(ordinal);
    }

    private int ReadOffset(int ordinal) =>
        BinaryPrimitives.ReadInt32LittleEndian(_offsets.AsSpan(ordinal * sizeof(int)));

    /// <summary>Ends a row's text or array, and those of the rows left out before it, which are empty.</summary>
    private void FillOffsets(int ordinal, int end)
    {
        Span<int> offsets = MemoryMarshal.Cast<byte, int>(_offsets.AsSpan());
        if (ordinal > _count)
        {
            offsets[(_count + 1)..(ordinal + 1)].Fill(offsets[_count]);
        }

        offsets[ordinal + 1] = end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Start(int ordinal, ColumnType type)
    {
        if (Type != type)
        {
            throw WrongType(type.ToString());
        }

        ThrowIfSet(ordinal);
    }

    private void ThrowIfSet(int ordinal)
    {
        if (ordinal < _count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(ordinal), ordinal, $"Rows are set in ascending order; {_count} is the next.");
        }
    }

    private void Publish(int ordinal)
    {
        if (ordinal != _count || _presence.Length != 0)
        {
            SetPresent(ordinal);
        }

        Volatile.Write(ref _count, ordinal + 1);
    }

    private void SetPresent(int ordinal)
    {
        bool isFirstGap = _presence.Length == 0;
        byte[] presence = _presence;
        EnsureSize(ref presence, BitWords.CountFor(ordinal + 1) * sizeof(ulong));
        if (isFirstGap)
        {
            BitWords.SetRange(MemoryMarshal.Cast<byte, ulong>(presence.AsSpan()), 0, _count);
        }

        SetBit(presence, ordinal, true);
        _presence = presence;
    }

    private static void SetBit(byte[] bits, int ordinal, bool value)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bits.AsSpan());
        ulong bit = 1UL << (ordinal & 63);
        ulong word = words[ordinal >> 6];
        words[ordinal >> 6] = value ? word | bit : word & ~bit; // One store: readers see all earlier bits as they are.
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EnsureSize(ref byte[] array, int sizeBytes)
    {
        if (array.Length < sizeBytes)
        {
            Grow(ref array, sizeBytes);
        }
    }

    private static void Grow(ref byte[] array, int sizeBytes)
    {
        Debug.Assert(sizeBytes > 0);
        long doubled = Math.Max(InitialSizeBytes, array.Length * 2L);
        var larger = new byte[(int)Math.Min(Math.Max(doubled, (sizeBytes + 7L) & ~7L), Array.MaxLength)];
        array.CopyTo(larger, 0);
        array = larger;
    }

    private ArgumentException WrongType(string found) => new($"The column is of type {Type}; {found} was given.");
}
