namespace Tidepool.Tests.Simulation;

/// <summary>What happened, as a hash of all of it, and the lines of it if they are asked for.</summary>
internal sealed class SimulationTrace(SimulationLoop loop, bool keepsLines)
{
    private const ulong Prime = 0x100000001B3;

    private readonly List<string> _lines = [];

    /// <summary>FNV-1a over everything added.</summary>
    internal ulong Hash { get; private set; } = 0xCBF29CE484222325;

    internal IReadOnlyList<string> Lines => _lines;

    internal void Add(string who, string what, string subject, long detail)
    {
        Mix((ulong)loop.Ticks);
        Mix(who);
        Mix(what);
        Mix(subject);
        Mix((ulong)detail);
        if (keepsLines)
        {
            _lines.Add($"{loop.Elapsed:d\\.hh\\:mm\\:ss\\.fffffff} {who} {what} {subject} {detail}");
        }
    }

    private void Mix(string text)
    {
        foreach (char unit in text)
        {
            Hash = (Hash ^ unit) * Prime;
        }

        Hash = (Hash ^ 0x1FF) * Prime;
    }

    private void Mix(ulong number)
    {
        for (int i = 0; i < 8; i++)
        {
            Hash = (Hash ^ (number & 0xFF)) * Prime;
            number >>= 8;
        }
    }
}
