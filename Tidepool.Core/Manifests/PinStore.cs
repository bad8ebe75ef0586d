using System.Buffers;
using System.Collections.Concurrent;
using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Storage;

namespace Tidepool.Manifests;

/// <summary>The pins of one incarnation: tags, and those that Tidepool makes for itself.</summary>
/// <remarks>
/// A pin is made of the newest manifest, and must be there within half of the grace window of a time at which that was
/// the newest: what it keeps is given up by a later manifest, so collected no sooner than a whole window after that
/// time. A collector goes by the time at which it lists the pins; it has missed only pins that come too late, or whose
/// objects are not due at that time. A pin that came too late keeps nothing, whoever looks at it.
/// Any number of threads may use it.
/// </remarks>
internal sealed class PinStore(IObjectStore store, NamespaceKeys keys, GracePolicy policy) : IDisposable
{
    // A pin is made by two or three small requests: a store that takes this often too long for it is out of order.
    private const int MaxAttempts = 3;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, Pin> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _released = new(StringComparer.Ordinal); // A set of keys.

    /// <summary>Makes a pin.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="readState">Reads what to keep; called again if storing the pin took too long.</param>
    /// <param name="cancellationToken">Stops waiting; the pin may or may not be there then.</param>
    /// <returns>The pin; null when there is one of that name.</returns>
    /// <exception cref="StorageException">The store failed. If that is transient, the pin may or may not be there.
    /// </exception>
    internal ValueTask<Pin?> CreateAsync(
        string name,
        Func<CancellationToken, ValueTask<PinnedState>> readState,
        CancellationToken cancellationToken) => RunAloneAsync(
        async token =>
        {
            for (int late = 0; late < MaxAttempts;)
            {
                long number = await FindFreeNumberAsync(name, token).ConfigureAwait(false);
                if (number == 0)
                {
                    return null;
                }

                PinnedState state = await readState(token).ConfigureAwait(false);
                Pin pin = MakePin(name, number, state);
                if (await TryPutAsync(pin, token).ConfigureAwait(false) is not { } stored)
                {
                    continue; // Somebody else was quicker.
                }

                // A quarter, by the time of the answer, so that everybody else finds that it was not more than a half.
                if (pin.Deadline is null || stored.StoredAt - state.SeenAt <= policy.PinWindow / 2)
                {
                    _known[keys.Pin(name, number)] = stored;
                    return stored;
                }

                await PutReleasedAsync(name, number, token).ConfigureAwait(false);
                late++;
            }

            throw new StorageException(
                $"{keys.PinsOf(name)}: storing the pin took longer than a quarter of the grace window, each time.",
                isTransient: true);
        },
        cancellationToken);

    /// <summary>Gives up what a pin keeps.</summary>
    /// <returns>False when there is no pin of that name.</returns>
    internal async ValueTask<bool> ReleaseAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindNewestAsync(name, cancellationToken).ConfigureAwait(false) is not { } newest)
        {
            return false;
        }

        try
        {
            // If it is larger, it is not looked at what is in it.
            if (HasReleasedLength(newest.Info, name)
                && await ReadAsync(newest.Info, name, newest.Number, cancellationToken).ConfigureAwait(false) is null)
            {
                return false;
            }
        }
        catch (DataCorruptionException)
        {
            // One that is damaged can be got rid of, too.
        }

        await PutReleasedAsync(name, newest.Number, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>The pin of a name; null when there is none.</summary>
    /// <exception cref="DataCorruptionException">It is damaged.</exception>
    internal async ValueTask<Pin?> FindAsync(string name, CancellationToken cancellationToken) =>
        await FindNewestAsync(name, cancellationToken).ConfigureAwait(false) is { } newest
            ? await ReadAsync(newest.Info, name, newest.Number, cancellationToken).ConfigureAwait(false) : null;

    /// <summary>All pins. What is known here to be pinned counts until it is seen to be released, whatever a listing
    /// leaves out.</summary>
    /// <exception cref="DataCorruptionException">One is damaged.</exception>
    internal async ValueTask<PinListing> ListAsync(CancellationToken cancellationToken)
    {
        var pins = new List<Pin>();
        Dictionary<string, Pin> notListed = new(_known, StringComparer.Ordinal);
        DateTimeOffset? storeTime = null;
        string? last = null;
        for (bool isFirst = true; ; isFirst = false)
        {
            ObjectListing page = await store.ListAsync(keys.Pins, last, maxKeys: 1000, cancellationToken)
                .ConfigureAwait(false);
            storeTime = isFirst ? page.StoreTime : storeTime; // Not a later one: others may have come meanwhile.
            foreach (ObjectInfo info in page.Objects)
            {
                last = info.Key;
                notListed.Remove(info.Key);
                if (keys.TryParsePin(info.Key, out string name, out long number)
                    && await ReadAsync(info, name, number, cancellationToken).ConfigureAwait(false) is { } pin)
                {
                    pins.Add(pin);
                }
            }

            if (!page.IsTruncated || page.Objects.Count == 0)
            {
                pins.AddRange(notListed.Values.Where(pin => !IsLate(pin.Deadline, pin.StoredAt)));
                return new PinListing(pins, storeTime);
            }
        }
    }

    /// <summary>Keeps the making of pins and the collection of garbage apart where there is no grace window to do it,
    /// since one process does both.</summary>
    internal async ValueTask<TResult> RunAloneAsync<TResult>(
        Func<CancellationToken, ValueTask<TResult>> work, CancellationToken cancellationToken)
    {
        if (policy.Window > TimeSpan.Zero)
        {
            return await work(cancellationToken).ConfigureAwait(false);
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private Pin MakePin(string name, long number, in PinnedState state) => new()
    {
        NamespaceId = keys.NamespaceId,
        Name = name,
        Number = number,
        Id = keys.NewId(),
        Position = state.Position,
        Rows = state.Rows,
        Deadline = policy.Window > TimeSpan.Zero ? state.SeenAt + policy.PinWindow : null,
        Manifest = state.Manifest,
    };

    /// <summary>The number that the next pin of a name gets; 0 when there is one that keeps something.</summary>
    private async ValueTask<long> FindFreeNumberAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindNewestAsync(name, cancellationToken).ConfigureAwait(false) is not { } newest)
        {
            return 1;
        }

        if (await ReadAsync(newest.Info, name, newest.Number, cancellationToken).ConfigureAwait(false) is not null)
        {
            return 0;
        }

        if (!HasReleasedLength(newest.Info, name))
        {
            await PutReleasedAsync(name, newest.Number, cancellationToken).ConfigureAwait(false);
        }

        return newest.Number + 1;
    }

    private async ValueTask<(ObjectInfo Info, long Number)?> FindNewestAsync(
        string name, CancellationToken cancellationToken)
    {
        ObjectListing listing = await store
            .ListAsync(keys.PinsOf(name), startAfter: null, maxKeys: 1, cancellationToken)
            .ConfigureAwait(false);
        return listing.Objects.Count > 0 && keys.TryParsePin(listing.Objects[0].Key, out _, out long number)
            ? (listing.Objects[0], number) : null;
    }

    /// <summary>The pin that was listed; null when it was released or came too late.</summary>
    private async ValueTask<Pin?> ReadAsync(
        ObjectInfo info, string name, long number, CancellationToken cancellationToken)
    {
        if (_released.ContainsKey(info.Key))
        {
            return null;
        }

        // That it is as short as a released one is no proof: it may have been cut.
        if (HasReleasedLength(info, name) || !_known.TryGetValue(info.Key, out Pin? pin))
        {
            (pin, _) = await ReadAsync(name, number, cancellationToken).ConfigureAwait(false);
            if (pin is null)
            {
                return null; // It was released meanwhile.
            }

            pin = pin with { StoredAt = info.LastModified };
            _known.TryAdd(info.Key, pin);
        }

        return IsLate(pin.Deadline, info.LastModified) ? null : pin;
    }

    private async ValueTask<(Pin? Pin, DateTimeOffset? StoreTime)> ReadAsync(
        string name, long number, CancellationToken cancellationToken)
    {
        string key = keys.Pin(name, number);
        using GetResult stored = await store.GetAsync(key, range: null, cancellationToken).ConfigureAwait(false);
        if (!stored.Found)
        {
            return (null, stored.StoreTime);
        }

        try
        {
            Pin? pin = PinCodec.Decode(stored.Data.Span, keys.NamespaceId, name, number);
            if (pin is null)
            {
                RememberReleased(key);
            }

            return (pin, stored.StoreTime);
        }
        catch (SegmentFormatException inner)
        {
            throw new DataCorruptionException($"{key}, byte {inner.Offset}: {inner.Message}.", inner)
            {
                ObjectKey = key,
            };
        }
    }

    /// <summary>Stores a pin; null when there is another in its place.</summary>
    private async ValueTask<Pin?> TryPutAsync(Pin pin, CancellationToken cancellationToken)
    {
        string key = keys.Pin(pin.Name, pin.Number);
        StorageException? failure = null;
        try
        {
            PutResult put = await store
                .PutAsync(
                    key, new ReadOnlySequence<byte>(PinCodec.Encode(pin)), PutCondition.IfAbsent, cancellationToken)
                .ConfigureAwait(false);
            if (put.Succeeded)
            {
                return pin with { StoredAt = put.StoreTime };
            }
        }
        catch (StorageException cause) when (cause.IsTransient)
        {
            failure = cause; // It may be there nevertheless.
        }

        (Pin? found, DateTimeOffset? storeTime) =
            await ReadAsync(pin.Name, pin.Number, cancellationToken).ConfigureAwait(false);
        return found?.Id == pin.Id ? pin with { StoredAt = storeTime }
            : found is null && failure is not null
                ? throw new StorageException($"{key} may or may not be stored.", isTransient: true, failure)
                : null;
    }

    private async ValueTask PutReleasedAsync(string name, long number, CancellationToken cancellationToken)
    {
        string key = keys.Pin(name, number);
        byte[] content = PinCodec.EncodeReleased(keys.NamespaceId, name, number);
        await store.PutAsync(key, new ReadOnlySequence<byte>(content), PutCondition.Always, cancellationToken)
            .ConfigureAwait(false);
        RememberReleased(key);
    }

    private void RememberReleased(string key)
    {
        _released.TryAdd(key, true); // For ever: a key is not used again.
        _known.TryRemove(key, out _);
    }

    private static bool IsLate(DateTimeOffset? deadline, DateTimeOffset? storedAt) => storedAt > deadline;

    private static bool HasReleasedLength(ObjectInfo info, string name) =>
        info.Length == PinFormat.GetReleasedLength(name);
}
