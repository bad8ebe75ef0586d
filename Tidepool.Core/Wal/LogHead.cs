using Tidepool.Model;

namespace Tidepool.Wal;

/// <summary>The last entry applied, and where the next one will be.</summary>
internal sealed class LogHead(LogPosition position, string nextKey)
{
    internal LogPosition Position { get; } = position;

    internal long Next => Position.Sequence + 1;

    internal string NextKey { get; } = nextKey;
}
