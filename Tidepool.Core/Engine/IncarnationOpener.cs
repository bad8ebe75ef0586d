using Microsoft.Extensions.Logging;
using Tidepool.Index.Segments;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Recovery;
using Tidepool.Segments;
using Tidepool.Snapshots;
using Tidepool.Storage;
using Tidepool.Wal;

namespace Tidepool.Engine;

/// <summary>Opens the current incarnation of a namespace: finds it, loads its segments, applies its log.</summary>
internal sealed class IncarnationOpener(
    IObjectStore store, NamespaceOpener namespaces, NamespaceRegistry registry, SegmentOpener segments, ILogger logger)
{
    /// <summary>Opens it.</summary>
    /// <param name="services">The namespace.</param>
    /// <param name="createWith">The fields to create it with if there is none; null for not to create it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none and none was to be created.</returns>
    internal async ValueTask<OpenNamespace?> OpenAsync(
        NamespaceServices services, NamespaceSchema? createWith, CancellationToken cancellationToken)
    {
        string? missingBefore = null;
        while (true)
        {
            try
            {
                if (await TryOpenAsync(services, cancellationToken).ConfigureAwait(false) is { } open)
                {
                    return open;
                }
            }
            catch (MissingObjectException missing) when (missing.ObjectKey != missingBefore)
            {
                missingBefore = missing.ObjectKey; // A newer manifest may do without it; if not, it is lost.
                continue;
            }
            catch (MissingObjectException missing)
            {
                throw FaultTranslation.Translate(missing);
            }

            if (createWith is null)
            {
                return null;
            }

            if (await namespaces.CreateAsync(services.Name, createWith, cancellationToken).ConfigureAwait(false))
            {
                LogMessages.NamespaceCreated(logger, services.Name);
            }
        }
    }

    private async ValueTask<OpenNamespace?> TryOpenAsync(
        NamespaceServices services, CancellationToken cancellationToken)
    {
        long began = services.Clock.GetTimestamp();
        SegmentFetch? fetch = null;
        NamespaceOpening? opening = null;
        OpenNamespace? open = null;
        try
        {
            opening = await namespaces.OpenAsync(services.Name, FetchSegments, cancellationToken).ConfigureAwait(false);
            if (opening is null)
            {
                return null;
            }

            open = new OpenNamespace(services, store, opening, fetch!.Loader);
            SegmentSet loaded = await fetch.TakeAsync().ConfigureAwait(false);
            fetch = null;
            try
            {
                await FetchTailKeysAsync(loaded, opening, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                loaded.Release();
                throw;
            }

            open.Start(opening, loaded, began);
            if (opening.Tail.Count >= NamespaceOpener.GuessedSlots)
            {
                await open.Log.ReadOnAsync(cancellationToken).ConfigureAwait(false);
            }

            if (open.IsDropped)
            {
                await registry.DropAsync(open.Record, cancellationToken).ConfigureAwait(false);
                return null;
            }

            long tailEntries = open.Log.Head.Sequence - loaded.Manifest.Floor.Sequence;
            LogMessages.NamespaceOpened(
                logger, services.Name, open.Log.Head.Sequence, loaded.Handles.Length, tailEntries);
            OpenNamespace opened = open;
            open = null;
            return opened;
        }
        finally
        {
            opening?.Dispose();
            fetch?.Abandon();
            if (open is not null)
            {
                await open.DisposeAsync().ConfigureAwait(false);
            }
        }

        void FetchSegments(NamespaceKeys keys, Manifest manifest)
        {
            fetch?.Abandon();
            fetch = new SegmentFetch(new SegmentLoader(store, keys, segments), manifest, cancellationToken);
        }
    }

    /// <summary>Fetches what applying the tail reads of segments that are there only in part.</summary>
    private static Task FetchTailKeysAsync(
        SegmentSet loaded, NamespaceOpening opening, CancellationToken cancellationToken) =>
        loaded.FetchKeysAsync(segment => MayHold(segment, opening), cancellationToken);

    private static bool MayHold(SegmentReader segment, NamespaceOpening opening)
    {
        NamespaceSchema schema = opening.Start.Schema;
        bool mayHold = false;
        foreach (WalEntry entry in opening.Tail)
        {
            foreach (WalBatch batch in entry.Batches)
            {
                mayHold |= TailKeys.MayHold(segment, batch.Payload.Span, ref schema);
            }
        }

        return mayHold;
    }
}
