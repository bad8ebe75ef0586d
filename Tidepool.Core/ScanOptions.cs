namespace Tidepool;

/// <summary>Which part of a namespace a scan returns. Scans go in the order of ids.</summary>
public sealed class ScanOptions : ReadOptions
{
    /// <summary>Starts behind this id: give the last one of a page to get the next page. Default: null, at the
    /// first.</summary>
    public DocumentId? After { get; set; }

    /// <summary>The largest number of documents to return. Default: null, all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? Limit
    {
        get;
        set => field = value is { } limit ? OptionRange.Check(limit, 0, int.MaxValue, nameof(Limit)) : null;
    }
}
