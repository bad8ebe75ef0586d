namespace Tidepool;

/// <summary>The work in the background that turns the log into segments and merges segments.</summary>
public sealed class CompactionOptions
{
    /// <summary>Whether it runs by itself. Default: true. If not, keep
    /// <see cref="TidepoolOptions.MaxUnindexedBytes"/> in mind: writes fail with <see cref="BackpressureException"/>
    /// when that much is waiting.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How many flushes, and as many merges, may run at once in this process. Default: half of the processors,
    /// at least
    /// 1; at most 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxConcurrency
    {
        get;
        set => field = OptionRange.Check(value, 1, 64);
    }
    = Math.Clamp(Environment.ProcessorCount / 2, 1, 64);

    /// <summary>How many threads build the index of one segment. With 1 the same documents and the same
    /// <see cref="TidepoolOptions.Seed"/> make the same index. Default: as many as processors; from 1 to 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int IndexingThreads
    {
        get;
        set => field = OptionRange.Check(value, 1, 64);
    }
    = Math.Clamp(Environment.ProcessorCount, 1, 64);

    /// <summary>How long a namespace rests after its last write before what is in its log is flushed, however little.
    /// Default: 30 s; at most one day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan IdleDelay
    {
        get;
        set => field = OptionRange.Check(value, TimeSpan.Zero, TimeSpan.FromDays(1));
    }
    = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes of log start a flush. Default: 64 MiB; from 64 KiB to 1 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public long FlushBytes
    {
        get;
        set => field = OptionRange.Check(value, 64L << 10, 1L << 30);
    }
    = 64L << 20;

    /// <summary>The size that merged segments do not exceed, in bytes. Default: 1 GiB; from 1 MiB to 1 GiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public long MaxSegmentBytes
    {
        get;
        set => field = OptionRange.Check(value, 1L << 20, 1L << 30);
    }
    = 1L << 30;

    /// <summary>Told how flushes and merges proceed, from their threads. Default: null.</summary>
    public IProgress<OperationProgress>? Progress { get; set; }

    /// <summary>From how many vectors on a segment has indexes: with fewer it is scanned as quickly as an index is
    /// searched.</summary>
    internal int IndexedFromRows { get; set; } = 4_096;

    internal CompactionOptions Copy() => new()
    {
        Enabled = Enabled,
        MaxConcurrency = MaxConcurrency,
        IndexingThreads = IndexingThreads,
        IdleDelay = IdleDelay,
        FlushBytes = FlushBytes,
        MaxSegmentBytes = MaxSegmentBytes,
        Progress = Progress,
        IndexedFromRows = IndexedFromRows,
    };
}
