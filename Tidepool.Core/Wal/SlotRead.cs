using Tidepool.Storage;

namespace Tidepool.Wal;

/// <summary>The answer for one slot. Dispose it: what it holds lies in the store's memory.</summary>
internal readonly record struct SlotRead(long Sequence, string Key, GetResult Result) : IDisposable
{
    internal bool Found => Result.Found;

    public void Dispose() => Result.Dispose();
}
