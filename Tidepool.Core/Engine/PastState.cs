using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Engine;

/// <summary>A state that is not the newest, by what it can be rebuilt from.</summary>
/// <param name="Manifest">A manifest whose floor is not behind the state.</param>
/// <param name="Sequence">The last log entry of the state.</param>
/// <param name="Hash">That entry's hash, if it is known.</param>
/// <param name="Rows">The state's documents, if they are known.</param>
internal sealed record PastState(Manifest Manifest, long Sequence, ContentHash? Hash = null, RowSum? Rows = null)
{
    internal static PastState Of(Pin pin) => new(pin.Manifest, pin.Position.Sequence, pin.Position.Hash, pin.Rows);
}
