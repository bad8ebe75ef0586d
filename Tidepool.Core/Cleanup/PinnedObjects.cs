using Tidepool.Manifests;
using Tidepool.Model;

namespace Tidepool.Cleanup;

/// <summary>What the pins of a namespace keep: the objects of their manifests, and the log from there to their
/// positions.</summary>
internal sealed class PinnedObjects
{
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<(long Floor, long Position)> _log = [];

    internal PinnedObjects(NamespaceKeys keys, IEnumerable<Pin> pins)
    {
        foreach (Pin pin in pins)
        {
            AddObjects(_keys, keys, pin.Manifest);
            _log.Add((pin.Manifest.Floor.Sequence, pin.Position.Sequence));
        }
    }

    /// <summary>Whether a segment, a deletion bitmap or a ledger is kept.</summary>
    internal bool Contains(string key) => _keys.Contains(key);

    /// <summary>Whether a log entry is kept.</summary>
    internal bool Contains(long sequence)
    {
        foreach ((long floor, long position) in _log)
        {
            if (sequence > floor && sequence <= position)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the keys of all that a manifest refers to.</summary>
    internal static void AddObjects(HashSet<string> objects, NamespaceKeys keys, Manifest manifest)
    {
        foreach (SegmentEntry segment in manifest.Segments)
        {
            objects.Add(segment.GetKey(keys)); // Another's is nobody's business here.
            if (segment.Deletions is { } deletions)
            {
                objects.Add(keys.Deletions(segment.Id, deletions.Id));
            }
        }

        objects.UnionWith(manifest.Batches.Ledgers.Select(ledger => keys.Ledger(ledger.Id)));
    }
}
