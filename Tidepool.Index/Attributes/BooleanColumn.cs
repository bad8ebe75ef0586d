using System.Runtime.InteropServices;
using Tidepool.Index.Bitmaps;

namespace Tidepool.Index.Attributes;

/// <summary>Bools, one bit each in 64-bit words.</summary>
internal sealed class BooleanColumn(in ColumnShape shape, ReadOnlyMemory<byte> values) : AttributeColumn(shape)
{
    private readonly ReadOnlyMemory<byte> _values = values;

    /// <summary>Bits past the stored rows mean nothing.</summary>
    internal ReadOnlySpan<ulong> Words => MemoryMarshal.Cast<byte, ulong>(_values.Span);

    private protected override ColumnValue GetStoredValue(int ordinal) =>
        ColumnValue.FromBoolean(BitWords.Test(Words, ordinal));
}
