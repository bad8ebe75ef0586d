namespace Tidepool.Tests.Fuzzing;

/// <summary>What became of the inputs of one target.</summary>
internal sealed class FuzzTotals(string target)
{
    internal string Target => target;

    internal long Inputs => Refused + Read;

    /// <summary>Inputs for which the decoder threw its own exception.</summary>
    internal long Refused { get; set; }

    /// <summary>Inputs that could be read to their end.</summary>
    internal long Read { get; set; }

    /// <summary>The most that one input had allocated.</summary>
    internal long MostAllocatedBytes { get; set; }

    internal TimeSpan Time { get; set; }

    /// <summary>What must not be: another exception, too much memory, no end.</summary>
    internal List<string> Failures { get; } = [];

    internal void Add(FuzzTotals other)
    {
        Refused += other.Refused;
        Read += other.Read;
        MostAllocatedBytes = Math.Max(MostAllocatedBytes, other.MostAllocatedBytes);
        Time += other.Time;
        Failures.AddRange(other.Failures);
    }
}
