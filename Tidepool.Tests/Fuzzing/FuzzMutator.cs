using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Fuzzing;

/// <summary>Changes objects as chance says, mostly in ways that leave most of them as they were.</summary>
internal sealed class FuzzMutator(SimulationRandom random)
{
    private const int MaxRun = 64;

    private static readonly long[] s_numbers =
    [
        0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 63, 64, 65, 127, 128, 255, 256, 4095, 4096, 32767, 32768, 65535, 65536,
        int.MaxValue, int.MaxValue - 1L, int.MinValue, uint.MaxValue, 1L << 40, long.MaxValue, long.MinValue, -1, -2,
    ];

    /// <summary>One to about eight changes of an object.</summary>
    internal byte[] Mutate(FuzzTarget target, byte[] sound, byte[] other)
    {
        byte[] data = [.. sound];
        Range part = random.Pick(target.FindParts(sound));
        do
        {
            (int offset, int length) = part.GetOffsetAndLength(Math.Max(data.Length, sound.Length));
            int from = Math.Min(offset, data.Length);
            int to = Math.Min(offset + length, data.Length);
            if (from == to)
            {
                return data;
            }

            data = target.ChangesLength && random.IsOneIn(3)
                ? ChangeLength(data, from, to, other)
                : ChangeInPlace(data, from, to, other);
        }
        while (!random.IsOneIn(2));

        return data;
    }

    private byte[] ChangeInPlace(byte[] data, int from, int to, byte[] other)
    {
        int at = random.Next(from, to);
        Span<byte> rest = data.AsSpan(at, to - at);
        Span<byte> run = rest[..Math.Min(rest.Length, NextRun())];
        switch (random.Next(8))
        {
            case 0:
                rest[0] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                rest[0] = (byte)random.Next(256);
                break;
            case 2 or 3:
                WriteNumber(rest, data.Length);
                break;
            case 4:
                run.Fill(random.Pick<byte>([0, 0, 0xFF, 0x80]));
                break;
            case 5:
                Span<byte> source = data.AsSpan(random.Next(from, to));
                source[..Math.Min(source.Length, run.Length)].CopyTo(run);
                break;
            case 6 when other.Length > 0:
                int start = at < other.Length && random.IsOneIn(2) ? at : random.Next(other.Length);
                ReadOnlySpan<byte> foreign = other.AsSpan(start);
                foreign[..Math.Min(foreign.Length, run.Length)].CopyTo(run);
                break;
            default:
                int second = random.Next(from, to - run.Length + 1);
                byte[] moved = run.ToArray();
                data.AsSpan(second, run.Length).CopyTo(run);
                moved.CopyTo(data.AsSpan(second));
                break;
        }

        return data;
    }

    private byte[] ChangeLength(byte[] data, int from, int to, byte[] other)
    {
        int at = random.Next(from, to);
        int run = Math.Min(NextRun(), data.Length - at);
        return random.Next(6) switch
        {
            0 => [.. data[..at], .. data[(at + run)..]],
            1 => [.. data[..(at + run)], .. data[at..]],
            2 => [.. data[..at], .. Noise(NextRun()), .. data[at..]],
            3 => data[..at],
            4 => [.. data, .. Noise(NextRun())],
            _ => [.. data[..at], .. other[Math.Min(other.Length, at)..]],
        };
    }

    /// <summary>A number of one to eight bytes, or a varint, that code likes to forget; or a little more or less than
    /// what is there.</summary>
    private void WriteNumber(Span<byte> rest, int length)
    {
        int width = Math.Min(rest.Length, random.Pick([1, 2, 4, 4, 8]));
        Span<byte> place = rest[..width];
        long number = random.Next(4) switch
        {
            0 => ReadNumber(place) + random.Next(-4, 5),
            1 => length + random.Next(-8, 9),
            _ => random.Pick(s_numbers),
        };
        if (random.IsOneIn(6))
        {
            ulong left = (ulong)number;
            for (int i = 0; i < rest.Length && i < 10; i++, left >>= 7)
            {
                rest[i] = (byte)(left > 0x7F ? left | 0x80 : left);
                if (left <= 0x7F)
                {
                    return;
                }
            }
        }

        for (int i = 0; i < width; i++)
        {
            place[i] = (byte)(number >> (8 * i));
        }
    }

    private static long ReadNumber(ReadOnlySpan<byte> place)
    {
        long number = 0;
        for (int i = place.Length - 1; i >= 0; i--)
        {
            number = (number << 8) | place[i];
        }

        return number;
    }

    private int NextRun() => Math.Min(MaxRun, random.Next(1, 1 << random.Next(1, 8)));

    private byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        foreach (ref byte value in noise.AsSpan())
        {
            value = (byte)random.Next64();
        }

        return noise;
    }
}
