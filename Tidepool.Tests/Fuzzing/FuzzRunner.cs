using System.Diagnostics;
using Tidepool.Index.Binary;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Fuzzing;

/// <summary>Feeds a decoder with a range of inputs; each follows from the seed and its number alone.</summary>
internal sealed class FuzzRunner(FuzzTarget target, ulong seed)
{
    private const int MaxFailures = 20;
    private static readonly TimeSpan s_tooLong = TimeSpan.FromMinutes(1); // Only a hang takes so long.

    private readonly FuzzTotals _totals = new(target.Name);
    private long _current;

    /// <summary>Tries each <paramref name="step"/>-th input from a first one on, up to a number. Blocks.</summary>
    internal FuzzTotals Run(long first, long step, long end)
    {
        long started = Stopwatch.GetTimestamp();
        foreach (FuzzSeed sound in target.Seeds)
        {
            sound.Read(sound.Bytes); // What is allocated once is not an input's.
        }

        var thread = new Thread(() =>
        {
            for (long number = first; number < end && _totals.Failures.Count < MaxFailures; number += step)
            {
                Volatile.Write(ref _current, number);
                Try(number);
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        long seen = -1;
        while (!thread.Join(s_tooLong))
        {
            long current = Volatile.Read(ref _current);
            if (current == seen)
            {
                _totals.Failures.Add(Describe(current, "it does not come to an end"));
                break;
            }

            seen = current;
        }

        _totals.Time = Stopwatch.GetElapsedTime(started);
        return _totals;
    }

    /// <summary>An input, and the sound object that it was made of.</summary>
    internal (byte[] Bytes, FuzzSeed Seed) Make(long number)
    {
        var random = new SimulationRandom(new SimulationRandom(seed + (ulong)number).Next64());
        FuzzSeed sound = random.Pick(target.Seeds);
        byte[] data = new FuzzMutator(random).Mutate(target, sound.Bytes, random.Pick(target.Seeds).Bytes);
        target.Seal(data, random);
        return (data, sound);
    }

    private void Try(long number)
    {
        (byte[] data, FuzzSeed sound) = Make(number);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            sound.Read(data);
            _totals.Read++;
        }
        catch (SegmentFormatException)
        {
            _totals.Refused++;
        }
        catch (Exception other)
        {
            _totals.Failures.Add(Describe(number, other.ToString()));
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        _totals.MostAllocatedBytes = Math.Max(_totals.MostAllocatedBytes, allocated);
        if (allocated > target.MaxAllocatedBytes(data.Length))
        {
            _totals.Failures.Add(Describe(number, $"{allocated} bytes allocated for {data.Length}"));
        }
    }

    private string Describe(long number, string fault) =>
        $"eng/fuzz --target \"{target.Name}\" --seed {seed} --input {number}: {fault}";
}
