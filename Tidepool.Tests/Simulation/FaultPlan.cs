namespace Tidepool.Tests.Simulation;

/// <summary>Which requests go wrong, and how.</summary>
internal sealed class FaultPlan
{
    private static readonly FaultKind[] s_anyRequest =
    [
        FaultKind.RequestLost, FaultKind.ReplyLost, FaultKind.Throttled, FaultKind.ServerError,
        FaultKind.Unavailable, FaultKind.Refused,
    ];

    private static readonly FaultKind[] s_writes =
        [.. s_anyRequest, FaultKind.ApplyDelayed, FaultKind.ApplyDuplicated, FaultKind.Conflict];

    private static readonly FaultKind[] s_deletes =
        [.. s_anyRequest, FaultKind.ApplyDelayed, FaultKind.ApplyDuplicated, FaultKind.DeletePartial];

    private static readonly FaultKind[] s_reads =
        [.. s_anyRequest, FaultKind.BodyTruncated, FaultKind.BitFlipped];

    private static readonly FaultKind[] s_lists =
        [.. s_anyRequest, FaultKind.ListingStale, FaultKind.ListingPartial];

    private readonly SimulationRandom _random;
    private readonly int _oneIn;

    internal FaultPlan(SimulationRandom random, FaultKind? only)
    {
        _random = random;
        Only = only;
        _oneIn = random.Pick([0, 200, 60, 25, 12]);
        if (only is not null && _oneIn == 0)
        {
            _oneIn = 12;
        }
    }

    /// <summary>The one kind that is wanted, if not all.</summary>
    internal FaultKind? Only { get; }

    /// <summary>Once over, nothing goes wrong any more.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Whether nothing at all goes wrong in this run, from its beginning to its end.</summary>
    internal bool IsFaultless => _oneIn == 0;

    private bool IsCalm => IsOver || IsFaultless;

    /// <summary>What happens to a request; null: nothing.</summary>
    internal FaultKind? Draw(ModelOperation operation)
    {
        if (IsCalm || !_random.IsOneIn(_oneIn))
        {
            return null;
        }

        FaultKind[] kinds = operation switch
        {
            ModelOperation.Put or ModelOperation.Upload => s_writes,
            ModelOperation.Delete => s_deletes,
            ModelOperation.List => s_lists,
            _ => s_reads,
        };
        FaultKind kind = _random.Pick(kinds);
        return Allows(kind) ? kind : null;
    }

    /// <summary>Whether something that is not the fate of one request happens now.</summary>
    internal bool Happens(FaultKind kind, int oneIn) => !IsCalm && Allows(kind) && _random.IsOneIn(oneIn);

    private bool Allows(FaultKind kind) => Only is null || Only == kind;
}
