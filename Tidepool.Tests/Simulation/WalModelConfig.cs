namespace Tidepool.Tests.Simulation;

/// <summary>The size of the model. Time has no end in it: ages stop counting at the grace window.</summary>
internal sealed record WalModelConfig
{
    /// <summary>The grace window in ticks of the store's clock.</summary>
    internal int Window { get; init; } = 1;

    /// <summary>1 or 2.</summary>
    internal int Writers { get; init; } = 2;

    /// <summary>1 or 2.</summary>
    internal int BatchesPerWriter { get; init; } = 1;

    /// <summary>At most 4.</summary>
    internal int Slots { get; init; } = 3;

    internal bool HasReader { get; init; }

    /// <summary>Whether somebody may drop the namespace, and its data be deleted.</summary>
    internal bool HasDrop { get; init; }

    internal WalModelMutant Mutant { get; init; }
}
