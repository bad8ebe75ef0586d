using Tidepool.Manifests;

namespace Tidepool.Tests.Simulation;

/// <summary>A pin that keeps something, as the store has seen it.</summary>
/// <param name="Pin">What was stored.</param>
/// <param name="Position">Where in the history its state is.</param>
/// <param name="From">When it was stored.</param>
internal sealed record PinHistory(Pin Pin, int Position, DateTimeOffset From)
{
    /// <summary>When it was released; null as long as it is not.</summary>
    internal DateTimeOffset? Until { get; set; }
}
