namespace Tidepool;

/// <summary>Where and how much of a remote store is kept on the local disk.</summary>
public sealed class CacheOptions
{
    /// <summary>The folder of the cache, which survives the process and may be shared by several. Default: null, a
    /// folder of the database's own under the system's temporary one.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public string? DiskDirectory
    {
        get;
        set
        {
            if (value is not null)
            {
                ArgumentException.ThrowIfNullOrWhiteSpace(value);
            }

            field = value;
        }
    }

    /// <summary>How many bytes the cache may hold on disk. Default: 10 GiB; at least 1 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public long DiskBytes
    {
        get;
        set => field = OptionRange.Check(value, 1L << 20, long.MaxValue);
    }
    = 10L << 30;

    /// <summary>Segments of this size and more are opened in part, where their first use is a search. Smaller ones take
    /// one round trip as a whole.</summary>
    internal long PartialFromBytes { get; set; } = 64L << 20;

    /// <summary>How many bytes of memory hold which rows match which filter, for all namespaces together.</summary>
    internal long FilterBytes { get; set; } = 64L << 20;

    internal CacheOptions Copy() => new()
    {
        DiskDirectory = DiskDirectory,
        DiskBytes = DiskBytes,
        PartialFromBytes = PartialFromBytes,
        FilterBytes = FilterBytes,
    };
}
