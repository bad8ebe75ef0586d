namespace Tidepool.Tests.Crashes;

/// <summary>What happens at a request to the store.</summary>
internal enum CrashKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Its sender dies before it is sent.</summary>
    Before,

    /// <summary>It is applied; its sender dies before it hears of that.</summary>
    After,

    /// <summary>Its sender dies with the request on its way; it arrives while another process recovers.</summary>
    Late,

    /// <summary>Before this request, the one of a dead process arrives that was late.</summary>
    Arrival,
}
