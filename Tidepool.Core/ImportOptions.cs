namespace Tidepool;

/// <summary>How a stream of documents is loaded.</summary>
public sealed class ImportOptions
{
    /// <summary>How many documents make one atomic write. Default: 2,000; from 1 to 100,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int BatchSize
    {
        get;
        set => field = OptionRange.Check(value, 1, 100_000);
    }
    = 2_000;

    /// <summary>How many batches may be under way at once; they are stored in the order of the stream. Default: 2;
    /// from 1 to 16.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxConcurrency
    {
        get;
        set => field = OptionRange.Check(value, 1, 16);
    }
    = 2;
}
