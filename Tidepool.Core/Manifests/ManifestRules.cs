using Tidepool.Index.Binary;
using Tidepool.Model;

namespace Tidepool.Manifests;

/// <summary>What must hold inside a manifest, and between one and the next. Checked before one is written and after
/// one is read.</summary>
internal static class ManifestRules
{
    /// <summary>The first thing wrong with a manifest on its own; null when it is sound.</summary>
    internal static string? FindFault(Manifest manifest)
    {
        long floor = manifest.Floor.Sequence;
        if (manifest.Generation < 0 || floor < 0 || (floor == 0 && manifest.Floor.Hash != default))
        {
            return $"generation {manifest.Generation} with floor {manifest.Floor} cannot be";
        }

        var objects = new HashSet<(GraveKind, Guid)>();
        RowSum live = RowSum.Zero;
        foreach (SegmentEntry segment in manifest.Segments)
        {
            if (FindFault(segment, floor) is { } fault)
            {
                return fault;
            }

            if (segment.Owner == manifest.NamespaceId)
            {
                return $"segment {segment.Id} is said to be another's, but is its own";
            }

            if (!objects.Add((GraveKind.Segment, segment.Id))
                || (segment.Deletions is { } deletions && !objects.Add((GraveKind.Deletions, deletions.Id))))
            {
                return $"segment {segment.Id} or its deletions appear twice";
            }

            live += segment.LiveRows;
        }

        if (live != manifest.Rows)
        {
            return $"the segments hold {live}, but the manifest says {manifest.Rows}";
        }

        return FindFault(manifest.Batches, floor, objects) ?? FindGraveFault(manifest, objects);
    }

    /// <summary>The first thing wrong with a step from one generation to the next; null when it is sound.</summary>
    internal static string? FindFault(Manifest parent, Manifest child)
    {
        if (child.NamespaceId != parent.NamespaceId || child.Generation != parent.Generation + 1
            || child.ParentHash != parent.Hash)
        {
            return $"generation {child.Generation} of {child.NamespaceId} after {child.ParentHash} does not follow "
                + $"generation {parent.Generation} of {parent.NamespaceId}, which is {parent.Hash}";
        }

        if (child.Floor.Sequence < parent.Floor.Sequence
            || (child.Floor.Sequence == parent.Floor.Sequence && child.Floor != parent.Floor))
        {
            return $"the floor goes from {parent.Floor} to {child.Floor}";
        }

        if (child.Floor == parent.Floor && child.Rows != parent.Rows)
        {
            return $"documents change from {parent.Rows} to {child.Rows} while the floor stays";
        }

        return FindSchemaFault(parent.Schema, child.Schema)
            ?? FindOwnerFault(parent, child)
            ?? FindLostObject(parent, child)
            ?? (child.Batches.CompleteSince < parent.Batches.CompleteSince
                ? "batches that were forgotten are remembered" : null);
    }

    private static string? FindFault(SegmentEntry segment, long floor)
    {
        RowSum deleted = segment.Deletions?.Rows ?? RowSum.Zero;
        bool isSound = segment.Rows.Rows is > 0 and <= int.MaxValue
            && segment.SizeBytes > 0
            && segment.FirstSequence > 0
            && segment.FirstSequence <= segment.LastSequence
            && segment.LastSequence <= floor
            && deleted.Rows <= segment.Rows.Rows
            && segment.Deletions is not { Rows.Rows: <= 0 }
            && segment.Deletions is not { SizeBytes: <= 0 }
            && (segment.Opening is not { } opening
                || (Fits(opening.Padding, segment.SizeBytes) && Fits(opening.Cells, segment.SizeBytes)));
        return isSound ? null : $"segment {segment.Id} cannot be: {segment}";
    }

    private static bool Fits(ByteRange range, long sizeBytes) =>
        range is { Offset: >= 0, Length: >= 0 }
        && range.Length <= sizeBytes
        && range.Offset <= sizeBytes - range.Length;

    private static string? FindFault(BatchHistory history, long floor, HashSet<(GraveKind, Guid)> objects)
    {
        if (history.CompleteSince < 0 || history.CompleteSince > floor)
        {
            return $"batches are complete since {history.CompleteSince}, above the floor {floor}";
        }

        long last = history.CompleteSince;
        foreach (LedgerEntry ledger in history.Ledgers)
        {
            if (ledger.Count <= 0 || ledger.SizeBytes <= 0 || ledger.FirstSequence <= last
                || ledger.LastSequence < ledger.FirstSequence || !objects.Add((GraveKind.Ledger, ledger.Id)))
            {
                return $"ledger {ledger.Id} cannot be: {ledger}";
            }

            last = ledger.LastSequence;
        }

        long first = last;
        foreach (ConsumedBatch batch in history.Recent)
        {
            if (batch.Sequence <= first || batch.Sequence < last)
            {
                return $"batch {batch.Id} of entry {batch.Sequence} follows entry {last}";
            }

            last = batch.Sequence;
        }

        return last <= floor ? null : $"entry {last} is consumed, above the floor {floor}";
    }

    private static string? FindGraveFault(Manifest manifest, HashSet<(GraveKind, Guid)> objects)
    {
        foreach (GraveyardEntry grave in manifest.Graveyard)
        {
            bool isDeletions = grave.Kind == GraveKind.Deletions;
            if (!objects.Add((grave.Kind, isDeletions ? grave.DeletionsId : grave.Id))
                || isDeletions != (grave.DeletionsId != Guid.Empty)
                || grave.SinceGeneration <= 0 || grave.SinceGeneration > manifest.Generation)
            {
                return $"graveyard entry cannot be: {grave}";
            }
        }

        return null;
    }

    private static string? FindSchemaFault(NamespaceSchema parent, NamespaceSchema child)
    {
        bool grows = child.Version >= parent.Version
            && child.Vectors.Length >= parent.Vectors.Length
            && parent.Vectors.Select((field, ordinal) => field.HasShapeOf(child.Vectors[ordinal])).All(same => same)
            && child.Attributes.AsSpan().StartsWith(parent.Attributes.AsSpan());
        return grows ? null : $"schema {child.Version} does not extend schema {parent.Version}";
    }

    /// <summary>What is shared with another incarnation was so from the first manifest on.</summary>
    private static string? FindOwnerFault(Manifest parent, Manifest child)
    {
        if (parent.Generation == 0)
        {
            return null;
        }

        var owners = parent.Segments.ToDictionary(segment => segment.Id, segment => segment.Owner);
        SegmentEntry? stranger = child.Segments
            .FirstOrDefault(segment => segment.Owner != owners.GetValueOrDefault(segment.Id));
        return stranger is null ? null : $"segment {stranger.Id} of {stranger.Owner} was another's before";
    }

    /// <summary>Nothing leaves a manifest but through the graveyard, where it was not before.</summary>
    private static string? FindLostObject(Manifest parent, Manifest child)
    {
        var buried = child.Graveyard.Where(grave => grave.SinceGeneration == child.Generation)
            .Select(grave => (grave.Kind, grave.Id, grave.DeletionsId))
            .ToHashSet();
        var kept = ListObjects(child).ToHashSet();
        foreach ((GraveKind Kind, Guid Id, Guid DeletionsId) item in ListObjects(parent))
        {
            if (!kept.Contains(item) && !buried.Remove(item))
            {
                return $"{item.Kind} {item.Id} {item.DeletionsId} is gone, but not in the graveyard";
            }
        }

        if (buried.Count > 0)
        {
            return $"{buried.First()} is buried, but was not there before";
        }

        var before = parent.Graveyard.Select(grave => grave with { Since = null }).ToHashSet();
        GraveyardEntry? stranger = child.Graveyard
            .Where(grave => grave.SinceGeneration < child.Generation && !before.Contains(grave with { Since = null }))
            .Select(grave => (GraveyardEntry?)grave)
            .FirstOrDefault();
        return stranger is null ? null : $"{stranger} was not in the graveyard before";
    }

    private static IEnumerable<(GraveKind Kind, Guid Id, Guid DeletionsId)> ListObjects(Manifest manifest)
    {
        foreach (SegmentEntry segment in manifest.Segments)
        {
            yield return (GraveKind.Segment, segment.Id, Guid.Empty);
            if (segment.Deletions is { } deletions)
            {
                yield return (GraveKind.Deletions, segment.Id, deletions.Id);
            }
        }

        foreach (LedgerEntry ledger in manifest.Batches.Ledgers)
        {
            yield return (GraveKind.Ledger, ledger.Id, Guid.Empty);
        }
    }
}
