using System.Text;
using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Attributes;

/// <summary>Seeded values of every type, rich in edge cases and in repeats, so that conditions hit.</summary>
internal sealed class RandomValues(Random random)
{
    internal static readonly ColumnType[] ScalarTypes =
    [
        ColumnType.Boolean, ColumnType.Int64, ColumnType.Double, ColumnType.String, ColumnType.Guid,
        ColumnType.Timestamp, ColumnType.Bytes,
    ];

    internal static readonly ColumnType[] ArrayTypes =
    [
        ColumnType.BooleanArray, ColumnType.Int64Array, ColumnType.DoubleArray, ColumnType.StringArray,
        ColumnType.GuidArray, ColumnType.TimestampArray,
    ];

    internal static readonly ColumnType[] AllTypes = [.. ScalarTypes, .. ArrayTypes];

    private static readonly long[] s_integers =
    [
        0, 1, -1, 2, 3, 5, 7, 100, long.MinValue, long.MinValue + 1, long.MaxValue, long.MaxValue - 1,
        1L << 53, (1L << 53) + 1, -(1L << 53) - 1, (1L << 62) + 1, 4_611_686_018_427_388_417,
    ];

    private static readonly double[] s_doubles =
    [
        0.0, -0.0, 1, 1.5, -1.5, 2, 3, 5, 7, 100, 0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon, 1L << 53, 9_223_372_036_854_775_808.0,
        -9_223_372_036_854_775_808.0, 9_223_372_036_854_774_784.0, 1e300, -1e300,
    ];

    private static readonly string[] s_strings =
    [
        "", "a", "A", "ab", "abc", "abcdefgh", "abcdefghi", "abcdefghij", "b", "\0", "a\0", "a\0b", "é", "e\u0301",
        "\u07FF", "\uD7FF", "\uE000", "\uFFFF", "\U00010000", "😀", "😀a", "a😀b", "*", "?", "\\", "a*b", "tag", "tags",
        "ta", "\u007F", "\u0080",
    ];

    private static readonly Guid[] s_guids =
    [
        Guid.Empty, Guid.AllBitsSet, new("00000000-0000-0000-0000-000000000001"),
        new("00000000-0000-0001-0000-000000000000"), new("80000000-0000-0000-0000-000000000000"),
        new("7fffffff-ffff-ffff-ffff-ffffffffffff"), new("00000001-0000-0000-8000-000000000000"),
        new("00000001-0000-0000-0000-00000000000f"),
    ];

    private static readonly long[] s_ticks =
    [
        0, 1, DateTime.MaxValue.Ticks, DateTime.MaxValue.Ticks - 1, DateTime.UnixEpoch.Ticks,
        DateTime.UnixEpoch.Ticks + 1, DateTime.UnixEpoch.Ticks - 1,
    ];

    private static readonly byte[][] s_bytes =
        [[], [0], [0, 0], [255], [1, 2, 3], [1, 2, 3, 0, 0, 0, 0, 0, 0], [1, 2, 3, 0, 0, 0, 0, 0, 1], "a"u8.ToArray()];

    internal Random Random => random;

    internal ColumnType NextType() => AllTypes[random.Next(AllTypes.Length)];

    internal ColumnValue Next(ColumnType type) => type switch
    {
        ColumnType.Boolean => ColumnValue.FromBoolean(random.Next(2) == 0),
        ColumnType.Int64 => ColumnValue.FromInt64(NextInt64()),
        ColumnType.Double => ColumnValue.FromDouble(NextDouble()),
        ColumnType.String => ColumnValue.FromString(NextString()),
        ColumnType.Guid => ColumnValue.FromGuid(NextGuid()),
        ColumnType.Timestamp => ColumnValue.FromTimestamp(NextTicks()),
        ColumnType.Bytes => ColumnValue.FromBytes(s_bytes[random.Next(s_bytes.Length)]),
        ColumnType.BooleanArray => ColumnValue.FromArray(NextArray(() => random.Next(2) == 0)),
        ColumnType.Int64Array => ColumnValue.FromArray(NextArray(NextInt64)),
        ColumnType.DoubleArray => ColumnValue.FromArray(NextArray(NextDouble)),
        ColumnType.StringArray => ColumnValue.FromArray(NextArray(NextString)),
        ColumnType.GuidArray => ColumnValue.FromArray(NextArray(NextGuid)),
        ColumnType.TimestampArray =>
            ColumnValue.FromArray(NextArray(() => new DateTimeOffset(NextTicks(), TimeSpan.Zero))),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    internal string NextString() => random.Next(10) switch
    {
        < 8 => s_strings[random.Next(s_strings.Length)],
        8 => $"s{random.Next(1_000)}",
        _ => NextLongString(),
    };

    private long NextInt64() => random.Next(3) == 0 ? random.Next(-50, 50) : s_integers[random.Next(s_integers.Length)];

    private double NextDouble() =>
        random.Next(3) == 0 ? random.Next(-50, 50) / 4.0 : s_doubles[random.Next(s_doubles.Length)];

    private Guid NextGuid() => s_guids[random.Next(s_guids.Length)];

    private long NextTicks() => s_ticks[random.Next(s_ticks.Length)];

    private string NextLongString()
    {
        var text = new StringBuilder();
        for (int i = random.Next(20); i >= 0; i--)
        {
            text.Append(s_strings[random.Next(s_strings.Length)]);
        }

        return text.ToString();
    }

    private T[] NextArray<T>(Func<T> next)
    {
        int length = random.Next(200) == 0 ? random.Next(1_000, 3_000) : random.Next(5);
        return [.. Enumerable.Range(0, length).Select(_ => next())];
    }
}
