namespace Tidepool.Tests.Simulation;

/// <summary>A writer of the model, as 17 bits.</summary>
/// <param name="Head">The last slot applied.</param>
/// <param name="Confirmed">How long ago it was certain that the next slot was genuine.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="Issued">How long ago its put was issued.</param>
/// <param name="Left">How many batches it has left, the current one included.</param>
/// <param name="IsTried">Whether an attempt went astray: one per put is enough.</param>
internal readonly record struct WalModelWriter(
    int Head, int Confirmed, WalModelPhase Phase, int Issued, int Left, bool IsTried)
{
    internal const int Bits = 17;

    internal ulong Pack() =>
        (uint)(Head | (Confirmed << 3) | ((int)Phase << 7) | (Issued << 10) | (Left << 14) | (IsTried ? 1 << 16 : 0));

    internal static WalModelWriter Unpack(ulong bits) => new(
        (int)(bits & 7),
        (int)(bits >> 3 & 15),
        (WalModelPhase)(bits >> 7 & 7),
        (int)(bits >> 10 & 15),
        (int)(bits >> 14 & 3),
        (bits >> 16 & 1) != 0);

    internal WalModelWriter Age(int limit) => this with
    {
        Confirmed = Math.Min(Confirmed + 1, limit),
        Issued = Phase is WalModelPhase.Idle or WalModelPhase.Stopped ? 0 : Math.Min(Issued + 1, limit),
    };

    /// <summary>Waits for the next batch, or the same one again.</summary>
    internal WalModelWriter ToIdle(int head, int confirmed, bool isDone) => new(
        head, confirmed, WalModelPhase.Idle, 0, isDone ? Left - 1 : Left, IsTried: false);
}
