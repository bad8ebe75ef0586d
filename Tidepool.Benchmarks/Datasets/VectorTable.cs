using System.Runtime.InteropServices;

namespace Tidepool.Benchmarks.Datasets;

/// <summary>Vectors, or lists of neighbours, of equal length, as `.fvecs` and `.ivecs` files hold them.</summary>
internal sealed class VectorTable<T>
    where T : unmanaged
{
    private readonly T[] _values;

    private VectorTable(T[] values, int count, int width)
    {
        _values = values;
        Count = count;
        Width = width;
    }

    internal int Count { get; }

    internal int Width { get; }

    /// <summary>All rows, one after the other.</summary>
    internal ReadOnlySpan<T> Values => _values;

    internal ReadOnlyMemory<T> this[int row] => _values.AsMemory(row * Width, Width);

    /// <summary>A table of given rows.</summary>
    internal static VectorTable<T> Of(T[] values, int width) => new(values, values.Length / width, width);

    /// <summary>Reads a file of rows, each a 32-bit length and as many 4-byte numbers.</summary>
    internal static VectorTable<T> Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        Span<byte> length = stackalloc byte[sizeof(int)];
        file.ReadExactly(length);
        int width = MemoryMarshal.Read<int>(length);
        int count = (int)(file.Length / (sizeof(int) * (width + 1L)));
        T[] values = GC.AllocateUninitializedArray<T>(count * width);
        file.Position = 0;
        for (int row = 0; row < count; row++)
        {
            file.ReadExactly(length);
            if (MemoryMarshal.Read<int>(length) != width)
            {
                throw new InvalidDataException($"{path}: row {row} has another length than the first, {width}.");
            }

            file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(row * width, width)));
        }

        return new VectorTable<T>(values, count, width);
    }
}
