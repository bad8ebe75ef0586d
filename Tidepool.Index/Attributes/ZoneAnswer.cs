namespace Tidepool.Index.Attributes;

/// <summary>What a zone's summary says about a condition.</summary>
internal enum ZoneAnswer
{
    /// <summary>The values have to be read.</summary>
    Scan,

    /// <summary>No row matches.</summary>
    None,

    /// <summary>Every row that is not null matches.</summary>
    All,
}
