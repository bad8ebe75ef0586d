namespace Tidepool.Manifests;

/// <summary>The pins of a namespace.</summary>
/// <param name="Pins">Those that keep something, in the order of their keys.</param>
/// <param name="StoreTime">A store time; what was stored before it is among them. Null from a store that does not
/// tell.</param>
internal sealed record PinListing(IReadOnlyList<Pin> Pins, DateTimeOffset? StoreTime);
