namespace Tidepool;

/// <summary>Names for <c>AddMeter</c> and <c>AddSource</c> of OpenTelemetry.</summary>
public static class TidepoolTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Tidepool";

    /// <summary>The name of the activity source.</summary>
    public const string ActivitySourceName = "Tidepool";
}
