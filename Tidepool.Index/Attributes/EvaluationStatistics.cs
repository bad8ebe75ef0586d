namespace Tidepool.Index.Attributes;

/// <summary>How much of the columns an evaluation read; one zone is 1,024 rows of one condition.</summary>
internal struct EvaluationStatistics
{
    /// <summary>Zones whose values were compared.</summary>
    internal int ZonesScanned { get; set; }

    /// <summary>Zones that were decided without their values: by their summary, or because no row was left.</summary>
    internal int ZonesSkipped { get; set; }
}
