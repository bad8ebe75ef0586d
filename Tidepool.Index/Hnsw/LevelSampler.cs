using Tidepool.Index.Binary;

namespace Tidepool.Index.Hnsw;

/// <summary>Draws the highest level of each node: level l or more with a chance of one in Mˡ.</summary>
/// <remarks>By whole numbers instead of the paper's logarithm: the same on every platform.</remarks>
internal sealed class LevelSampler(int m, int seed)
{
    /// <summary>No node stands higher, in whatever graph.</summary>
    internal const int MaxLevel = 24;

    private readonly SeededRandom _random = new((ulong)seed);

    internal int Next()
    {
        int level = 0;
        while (level < MaxLevel && _random.Next(m) == 0)
        {
            level++;
        }

        return level;
    }
}
