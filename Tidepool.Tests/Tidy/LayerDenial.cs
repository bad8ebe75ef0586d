namespace Tidepool.Tests.Tidy;

/// <summary>A pair of layers that must not meet, although their rows would allow it.</summary>
internal sealed record LayerDenial(string From, string To, string Reason);
