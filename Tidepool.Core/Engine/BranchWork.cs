using System.Buffers;
using Tidepool.Backups;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Namespaces;
using Tidepool.Snapshots;
using Tidepool.Storage;

namespace Tidepool.Engine;

/// <summary>Copies a namespace under another name; the copy shares the segments that there are.</summary>
/// <remarks>
/// In this order: pins in the namespace, and in those whose segments it shares itself; what is to be, for whoever has
/// to clear it away if it never comes (the origin); the copy's objects and first manifest; its record, which shows it.
/// The pins must be there in time, see <see cref="PinStore"/>, and the record before somebody gives the copy up.
/// </remarks>
internal sealed class BranchWork(
    IObjectStore store, DatabaseKeys keys, NamespaceRegistry registry, GracePolicy policy)
{
    /// <summary>Makes the copy.</summary>
    /// <param name="source">The namespace.</param>
    /// <param name="destination">The name of the copy.</param>
    /// <param name="cancellationToken">Stops waiting; the copy may or may not be there then.</param>
    /// <exception cref="ArgumentException">The namespace does not exist.</exception>
    /// <exception cref="InvalidOperationException">There is a namespace of the copy's name.</exception>
    internal async Task RunAsync(NamespaceEngine source, string destination, CancellationToken cancellationToken)
    {
        IncarnationRecord? newest = await registry.FindAsync(destination, cancellationToken).ConfigureAwait(false);
        if (newest is { IsDropped: false })
        {
            throw Refuse(destination);
        }

        long number = (newest?.Number ?? 0) + 1;
        bool isCopied = false;
        await source.Upkeep
            .RunAsync(
                async (open, token) =>
                {
                    if (!isCopied) // Once, though the namespace was dropped right after it.
                    {
                        var record = new IncarnationRecord(
                            destination, number, keys.NewId(), NamespaceSchema.Empty);
                        await BeginAsync(open.Pins, open.Keys, record, stop => PinNewestAsync(open, stop), token)
                            .ConfigureAwait(false);
                        isCopied = true;
                    }

                    return true;
                },
                missing: false,
                cancellationToken)
            .ConfigureAwait(false);
        if (!isCopied)
        {
            throw new ArgumentException($"There is no namespace '{source.Name}' to copy.", nameof(source));
        }
    }

    /// <summary>Makes a namespace that begins as a state of another incarnation.</summary>
    /// <param name="pins">The pins of that incarnation.</param>
    /// <param name="source">Its keys.</param>
    /// <param name="record">What is to create the namespace; its fields become those of the state.</param>
    /// <param name="pinState">Pins the state, on top of the newest manifest, and tells a store time at which that was
    /// the newest; called again if that was too long ago.</param>
    /// <param name="cancellationToken">Stops waiting; the namespace may or may not be there then.</param>
    internal async Task BeginAsync(
        PinStore pins,
        NamespaceKeys source,
        IncarnationRecord record,
        Func<CancellationToken, ValueTask<(CopySource State, DateTimeOffset? SeenAt)>> pinState,
        CancellationToken cancellationToken)
    {
        NamespaceKeys data = keys.Data(record.NamespaceId);
        string pinName = PinNames.ForBranch(record.NamespaceId);
        CopySource? state = null;
        try
        {
            Pin pin = await pins
                .CreateAsync(
                    pinName,
                    async token =>
                    {
                        state?.Dispose();
                        state = null;
                        (state, DateTimeOffset? seenAt) = await pinState(token).ConfigureAwait(false);
                        Manifest manifest = state.Snapshot.Segments.Manifest;
                        return new PinnedState(manifest, manifest.Floor, manifest.Rows, seenAt);
                    },
                    cancellationToken)
                .ConfigureAwait(false) ?? throw Late(record.Name);
            await PinOwnersAsync(source, pin, pinName, cancellationToken).ConfigureAwait(false);
            record = record with { Schema = state!.Snapshot.Schema };
            var origin = new ReadOnlySequence<byte>(RegistryCodec.EncodeRecord(record));
            await store.PutAsync(data.Origin, origin, PutCondition.IfAbsent, cancellationToken).ConfigureAwait(false);

            StoredManifest first = await new NamespaceBranch(store, data)
                .BeginAsync(state.Snapshot, state.Batches, pin.StoredAt, policy, cancellationToken)
                .ConfigureAwait(false);
            if (first.StoreTime - pin.StoredAt >= policy.OrphanAge / 2)
            {
                throw Late(record.Name);
            }

            await ShowAsync(record, first.Manifest!, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            state?.Dispose();
        }
    }

    /// <summary>The state as a strong read sees it, pinned, on top of the newest manifest, and a store time at which
    /// that was the newest.</summary>
    private static async ValueTask<(CopySource State, DateTimeOffset? SeenAt)> PinNewestAsync(
        OpenNamespace open, CancellationToken cancellationToken)
    {
        while (true)
        {
            await open.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            DateTimeOffset? seenAt = open.Log.StoreTime;
            await open.RefreshAsync(cancellationToken).ConfigureAwait(false);
            CopySource? state = CopySource.TryPin(open);
            if (open.IsOver)
            {
                state?.Dispose();
                throw new InvalidOperationException("The namespace was dropped before its state was pinned.");
            }

            if (state?.Snapshot.Segments.Manifest.Generation == open.Manifests.Current.Generation)
            {
                return (state, seenAt);
            }

            state?.Dispose();
        }
    }

    /// <summary>Pins segments that the namespace shares where they are, as it has pinned them there for itself.
    /// </summary>
    private async ValueTask PinOwnersAsync(
        NamespaceKeys source, Pin pin, string pinName, CancellationToken cancellationToken)
    {
        string sourcePin = PinNames.ForBranch(source.NamespaceId);
        foreach (Guid owner in pin.Manifest.Segments.Select(segment => segment.Owner).OfType<Guid>().Distinct())
        {
            using var pins = new PinStore(store, keys.Data(owner), policy);
            Pin theirs = await pins.FindAsync(sourcePin, cancellationToken).ConfigureAwait(false)
                ?? throw Late(pinName);
            var state = new PinnedState(
                theirs.Manifest, theirs.Position, theirs.Rows, pin.Deadline - policy.PinWindow);
            await pins.CreateAsync(pinName, _ => new(state), cancellationToken).ConfigureAwait(false);

            // As long as that is there after ours was stored, whoever collects has seen one of the two.
            if (await pins.FindAsync(sourcePin, cancellationToken).ConfigureAwait(false) is null)
            {
                throw Late(pinName);
            }
        }
    }

    /// <summary>Creates the record of the copy: from then on it exists.</summary>
    private async ValueTask ShowAsync(
        IncarnationRecord record, Manifest first, CancellationToken cancellationToken)
    {
        IncarnationRecord stored = await registry.AddAsync(record, cancellationToken).ConfigureAwait(false);
        if (stored.NamespaceId != record.NamespaceId)
        {
            throw Refuse(record.Name);
        }

        await HintStore.LeaveAsync(store, keys.Hint(record.Name), record.Number, first, cancellationToken)
            .ConfigureAwait(false);
    }

    private static InvalidOperationException Refuse(string name) =>
        new($"There is a namespace '{name}' already. Drop it first, or give the copy another name.");

    private static StorageException Late(string name) => new(
        $"Copying to '{name}' took so long that what it needs may be gone. Try again.", isTransient: true);
}
