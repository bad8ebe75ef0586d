using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>The model store as one process reaches it: each request and each answer takes its time, and goes wrong
/// when the plan says so.</summary>
internal sealed class ModelStoreConnection(
    SimulationWorld world, SimulatedHost host, ObjectStoreSharing sharing, ModelStore? store = null) : IObjectStore
{
    private static readonly TimeSpan[] s_timeouts =
        [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60)];

    private readonly SimulationRandom _random = world.Random.Fork();
    private long _lastSent;
    private long _lastAnswered;

    public ObjectStoreSharing Sharing => sharing;

    private ModelStore Store { get; } = store ?? world.Store;

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return SendAsync(ModelOperation.Get, key, fault => Get(key, range, fault), cancellationToken);
    }

    public async ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int length = destination.Length;
        (ReadResult result, byte[] data) = await SendAsync(
            ModelOperation.Read, key, fault => Read(key, offset, length, fault), cancellationToken)
            .ConfigureAwait(false);
        data.CopyTo(destination); // Only now: whoever has given up may have given the memory to others.
        return result;
    }

    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] data = content.ToArray();
        return SendAsync(ModelOperation.Put, key, _ => Put(key, data, condition), cancellationToken);
    }

    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        using var stream = new ModelUploadStream();
        await writeContent(stream, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        byte[] data = stream.ToArray();
        return await SendAsync(
            ModelOperation.Upload, key, _ => Put(key, data, PutCondition.Always), cancellationToken)
            .ConfigureAwait(false);
    }

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string[] wanted = [.. keys];
        return SendAsync(
            ModelOperation.Delete,
            wanted.Length == 0 ? "" : $"{wanted[0]} +{wanted.Length - 1}",
            fault => Delete(wanted, fault),
            cancellationToken);
    }

    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return SendAsync(
            ModelOperation.List, prefix, fault => List(prefix, startAfter, maxKeys, fault), cancellationToken);
    }

    /// <summary>Everything that can happen between a process and the store.</summary>
    private async ValueTask<T> SendAsync<T>(
        ModelOperation operation, string key, Func<FaultKind?, T> apply, CancellationToken cancellationToken)
    {
        FaultKind? fault = world.OnRequest(host, operation, key);
        if (fault is null && sharing != ObjectStoreSharing.Network && _random.IsOneIn(4))
        {
            return Apply(operation, key, apply, fault: null); // Such stores often answer at once.
        }

        var call = new ModelCall<T>(world.Loop, host, () => world.Count(FaultKind.RequestCancelled), cancellationToken);
        TimeSpan there = _random.NextTime(world.Latency);
        TimeSpan back = _random.NextTime(world.Latency);
        switch (fault)
        {
            case FaultKind.RequestLost:
                GiveUp(call, key);
                break;
            case FaultKind.ReplyLost:
                world.Loop.After(there, () => Apply(operation, key, apply, fault));
                GiveUp(call, key);
                break;
            case FaultKind.ApplyDelayed:
                world.Loop.After(_random.NextTime(2 * world.Window), () => Apply(operation, key, apply, fault));
                GiveUp(call, key);
                break;
            case FaultKind.Conflict or FaultKind.Throttled or FaultKind.Unavailable or FaultKind.Refused:
                world.Loop.After(there + back, () => call.Fail($"{key}: {fault}", fault != FaultKind.Refused));
                break;
            case FaultKind.ServerError or FaultKind.DeletePartial:
                if (fault == FaultKind.DeletePartial || _random.IsOneIn(2))
                {
                    world.Loop.After(there, () => Apply(operation, key, apply, fault));
                }

                world.Loop.After(there + back, () => call.Fail($"{key}: {fault}", isTransient: true));
                break;
            default:
                Exchange(call, operation, key, apply, fault, there, back);
                break;
        }

        return await call.Ended.ConfigureAwait(false);
    }

    private void Exchange<T>(
        ModelCall<T> call,
        ModelOperation operation,
        string key,
        Func<FaultKind?, T> apply,
        FaultKind? fault,
        TimeSpan there,
        TimeSpan back)
    {
        long sent = ++_lastSent;
        world.Loop.After(there, () =>
        {
            T answer = Apply(operation, key, apply, fault);
            bool isBroken = fault == FaultKind.BodyTruncated && _random.IsOneIn(2);
            world.Loop.After(back, () =>
            {
                if (sent < _lastAnswered)
                {
                    world.Count(FaultKind.ReplyReordered);
                }

                _lastAnswered = Math.Max(_lastAnswered, sent);
                if (isBroken)
                {
                    call.Fail($"{key}: the body ended early", isTransient: true);
                }
                else
                {
                    call.Succeed(answer);
                }
            });
        });
        if (fault == FaultKind.ApplyDuplicated)
        {
            world.Loop.After(there + _random.NextTime(2 * world.Window), () => Apply(operation, key, apply, fault));
        }
    }

    private void GiveUp<T>(ModelCall<T> call, string key)
    {
        TimeSpan timeout = _random.Pick(s_timeouts);
        world.Loop.After(timeout, () => call.Fail($"{key}: no answer within {timeout}", isTransient: true));
    }

    private T Apply<T>(ModelOperation operation, string key, Func<FaultKind?, T> apply, FaultKind? fault)
    {
        T answer = apply(fault);
        world.OnApplied(host, operation, key, Describe(answer));
        return answer;
    }

    private static long Describe<T>(T answer) => answer switch
    {
        GetResult got => got.Found ? got.Data.Length : -1,
        ValueTuple<ReadResult, byte[]> read => read.Item1.Found ? read.Item2.Length : -1,
        PutResult put => put.Succeeded ? 1 : 0,
        ObjectListing listing => listing.Objects.Count,
        _ => 0,
    };

    private GetResult Get(string key, ObjectRange? range, FaultKind? fault)
    {
        DateTimeOffset? now = world.TellTime(_random);
        if (Store.Find(key) is not { } stored)
        {
            return GetResult.Missing(now);
        }

        (long offset, int count) = ObjectRange.Clip(range, stored.Data.Length, key);
        byte[] data = Damage(stored.Data.AsSpan((int)offset, count), fault);
        return GetResult.Existing(data, stored.Data.Length, stored.ETag, now);
    }

    private (ReadResult Result, byte[] Data) Read(string key, long offset, int length, FaultKind? fault)
    {
        DateTimeOffset? now = world.TellTime(_random);
        if (Store.Find(key) is not { } stored)
        {
            return (new ReadResult(Found: false, BytesRead: 0, ETag: null, now), []);
        }

        int count = (int)Math.Clamp(stored.Data.Length - offset, 0, length);
        byte[] data = count == 0 ? [] : Damage(stored.Data.AsSpan((int)offset, count), fault);
        return (new ReadResult(Found: true, data.Length, stored.ETag, now), data);
    }

    private byte[] Damage(ReadOnlySpan<byte> data, FaultKind? fault)
    {
        byte[] copy = data.ToArray();
        if (copy.Length > 0 && fault == FaultKind.BitFlipped)
        {
            copy[_random.Next(copy.Length)] ^= (byte)(1 << _random.Next(8));
        }

        return copy.Length > 0 && fault == FaultKind.BodyTruncated ? copy[.._random.Next(copy.Length)] : copy;
    }

    private PutResult Put(string key, byte[] data, PutCondition condition)
    {
        ModelObject? stored = Store.Put(key, data, condition, world.StoreClockLag(_random));
        if (stored is null)
        {
            world.Count(FaultKind.PreconditionFailed);
        }

        return new PutResult(stored is not null, stored?.ETag, world.TellTime(_random));
    }

    private DateTimeOffset? Delete(string[] keys, FaultKind? fault)
    {
        foreach (string key in keys)
        {
            if (fault != FaultKind.DeletePartial || _random.IsOneIn(2))
            {
                Store.Delete(key);
            }
        }

        return world.TellTime(_random);
    }

    private ObjectListing List(string prefix, string? startAfter, int maxKeys, FaultKind? fault)
    {
        // The one listing that must not leave anything out (docs/decisions/0011-tags-and-history.md).
        fault = prefix.Contains("/tag/", StringComparison.Ordinal) ? null : fault;
        TimeSpan age = fault == FaultKind.ListingStale ? _random.NextTime(TimeSpan.FromMinutes(10)) : TimeSpan.Zero;
        List<(string Key, ModelObject Object)> found = Store.List(prefix, startAfter, maxKeys + 1, age);
        bool isTruncated = found.Count > maxKeys;
        IEnumerable<(string Key, ModelObject Object)> shown = found.Take(maxKeys);
        if (fault == FaultKind.ListingPartial)
        {
            shown = shown.Where(_ => !_random.IsOneIn(3)).ToArray();
        }

        return new ObjectListing(
            [
                .. shown.Select(entry => new ObjectInfo(
                    entry.Key, entry.Object.Data.Length, entry.Object.ETag, entry.Object.LastModified)),
            ],
            isTruncated,
            world.TellTime(_random));
    }
}
