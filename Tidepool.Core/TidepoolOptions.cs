using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tidepool;

/// <summary>Settings of a database. They are read when the database is made; later changes do nothing.</summary>
public sealed class TidepoolOptions
{
    /// <summary>The database's name in telemetry and logs. Default: "tidepool".</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string Name
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            field = value;
        }
    }
    = "tidepool";

    /// <summary>Whether the database never puts or deletes an object: writes then throw. Default: false.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Fixes what building an index leaves to chance: the same writes and the same seed make the same index.
    /// Default: null, a seed that is always the same in one version of Tidepool.</summary>
    public int? Seed { get; set; }

    /// <summary>The local copies of what lies in a remote store.</summary>
    public CacheOptions Cache { get; private init; } = new();

    /// <summary>The work in the background that turns the log into segments and merges them.</summary>
    public CompactionOptions Compaction { get; private init; } = new();

    /// <summary>The largest log entry made of several callers' writes, in bytes; one write may be larger. Default:
    /// 8 MiB; from 64 KiB to 64 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public long MaxGroupCommitBytes
    {
        get;
        set => field = OptionRange.Check(value, 64L << 10, 64L << 20);
    }
    = 8L << 20;

    /// <summary>How long a write waits for others to share its log entry with when none is under way. Writes that
    /// arrive while an entry is being stored share the next one in any case. Default: zero; at most 20 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan GroupCommitLinger
    {
        get;
        set => field = OptionRange.Check(value, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
    }
    = TimeSpan.Zero;

    /// <summary>How many bytes of a namespace's log may lie behind its segments before writes wait for the flush that
    /// works them off. Default: 512 MiB; at least 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public long MaxUnindexedBytes
    {
        get;
        set => field = OptionRange.Check(value, 1L << 20, long.MaxValue);
    }
    = 512L << 20;

    /// <summary>How long objects that are no longer needed are kept for processes that may still be reading or writing
    /// by them. Default: null, by the kind of store (docs/protocol.md); at most 30 days.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan? GraceWindow
    {
        get;
        set => field = value is { } window
            ? OptionRange.Check(window, TimeSpan.Zero, TimeSpan.FromDays(30), nameof(GraceWindow))
            : null;
    }

    /// <summary>How long past states can be read: see <see cref="ReadConsistency.AsOf(long)"/>. For so long, segments,
    /// log entries and manifests that are no longer needed stay, which takes their space. Give it the same value
    /// wherever the store is opened for writing: whoever has the lowest deletes the rest. States that have a tag stay
    /// in any case. Default: zero, no longer than other processes may be reading by them; at most 10 years.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan HistoryRetention
    {
        get;
        set => field = OptionRange.Check(value, TimeSpan.Zero, TimeSpan.FromDays(3_653));
    }
    = TimeSpan.Zero;

    /// <summary>The clock and the timers. Default: the system's.</summary>
    public TimeProvider TimeProvider
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    }
    = TimeProvider.System;

    /// <summary>Where log messages go. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    }
    = NullLoggerFactory.Instance;

    /// <summary>Makes the meter named <see cref="TidepoolTelemetry.MeterName"/>. Default: null, a meter of the
    /// database's own.</summary>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>Age from which an object that nothing refers to is garbage; null, by the kind of store. Torture runs
    /// have less time.</summary>
    internal TimeSpan? OrphanAge { get; set; }

    /// <summary>Where ids come from: simulations draw them from a seed.</summary>
    internal IdSource Ids { get; set; } = IdSource.Random;

    /// <summary>The settings as they are now, for a database to keep.</summary>
    internal TidepoolOptions Copy() => new()
    {
        Name = Name,
        ReadOnly = ReadOnly,
        Seed = Seed,
        Cache = Cache.Copy(),
        Compaction = Compaction.Copy(),
        MaxGroupCommitBytes = MaxGroupCommitBytes,
        GroupCommitLinger = GroupCommitLinger,
        MaxUnindexedBytes = MaxUnindexedBytes,
        GraceWindow = GraceWindow,
        HistoryRetention = HistoryRetention,
        OrphanAge = OrphanAge,
        TimeProvider = TimeProvider,
        LoggerFactory = LoggerFactory,
        MeterFactory = MeterFactory,
        Ids = Ids,
    };
}
