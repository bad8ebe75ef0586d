namespace Tidepool;

/// <summary>How hard a search tries to find the true nearest documents. More effort takes more time.</summary>
public enum SearchEffort
{
    /// <summary>Finds at least 95 in 100 of the true hits on all data that was tried.</summary>
    Default,

    /// <summary>Misses more, for speed.</summary>
    Low,

    /// <summary>Misses next to nothing.</summary>
    High,

    /// <summary>Compares every vector and misses nothing.</summary>
    Exact,
}
