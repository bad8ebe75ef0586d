using Tidepool.Storage;

namespace Tidepool.Model;

/// <summary>How long deleted state lingers, so that whoever was away for less can trust what it knew.</summary>
/// <remarks>All times are the store's own; docs/decisions/0003-grace-window.md proves the defaults.</remarks>
/// <param name="Sharing">Who can reach the objects.</param>
/// <param name="Window">G: a log slot or object is deleted only after the manifest that made it unneeded has been
/// there for so long.</param>
/// <param name="Slack">How much sooner than <paramref name="Window"/> a process stops trusting what it knew.</param>
/// <param name="OrphanAge">Age from which an object that nothing refers to is garbage. Who uploads one must commit
/// it within half of that.</param>
/// <param name="IsExclusive">Whether one process alone, through one database, ever touches the objects; it needs no
/// freshness then.</param>
internal sealed record GracePolicy(
    ObjectStoreSharing Sharing, TimeSpan Window, TimeSpan Slack, TimeSpan OrphanAge, bool IsExclusive)
{
    /// <summary>For a store that nobody else can reach.</summary>
    internal static GracePolicy Exclusive { get; } = new(
        ObjectStoreSharing.Process, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(20), IsExclusive: true);

    /// <summary>For processes of one host, or databases of one process.</summary>
    internal static GracePolicy Local { get; } = new(
        ObjectStoreSharing.Host,
        TimeSpan.FromSeconds(60),
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(20),
        IsExclusive: false);

    /// <summary>How long states of the past can be read.</summary>
    internal TimeSpan HistoryRetention { get; init; }

    /// <summary>How long what a manifest made unneeded is kept.</summary>
    internal TimeSpan CollectAfter => HistoryRetention > Window ? HistoryRetention : Window;

    /// <summary>How long what was read of the log is trusted without asking for its bounds.</summary>
    internal TimeSpan TrustedFor => Window - Slack;

    /// <summary>How long the ids of written batches are kept.</summary>
    internal TimeSpan BatchRetention => TimeSpan.FromTicks(Math.Max(2 * Window.Ticks, TimeSpan.FromHours(48).Ticks));

    /// <summary>How long after a manifest was the newest a pin that is made of it must be there. Another half of the
    /// window is left, so that no collector can have missed the pin and yet find anything due.</summary>
    internal TimeSpan PinWindow => Window / 2;

    /// <summary>For any number of hosts over a network.</summary>
    /// <param name="requestTimeout">The longest that one request can take.</param>
    internal static GracePolicy Network(TimeSpan requestTimeout) => new(
        ObjectStoreSharing.Network,
        TimeSpan.FromHours(24),
        requestTimeout + TimeSpan.FromMinutes(5),
        TimeSpan.FromDays(7),
        IsExclusive: false);

    /// <summary>The policy for a kind of store that others may reach.</summary>
    internal static GracePolicy For(ObjectStoreSharing sharing, TimeSpan requestTimeout) => sharing switch
    {
        ObjectStoreSharing.Network => Network(requestTimeout),
        _ => Local with { Sharing = sharing },
    };
}
