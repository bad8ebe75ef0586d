using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Tests.Support;

/// <summary>A store that misbehaves exactly when it is told to, and keeps a list of what was asked of it.</summary>
internal sealed class FaultyObjectStore(IObjectStore inner) : IObjectStore
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];
    private readonly List<(StoreOperation Operation, string Key)> _requests = [];
    private readonly Queue<Func<Task>> _delayed = new();

    public ObjectStoreSharing Sharing => inner.Sharing;

    /// <summary>Called before each request that has no fault; may be asynchronous, to hold it up.</summary>
    internal Func<StoreOperation, string, ValueTask>? BeforeRequest { get; set; }

    /// <summary>Called between the two attempts of a put that is sent twice.</summary>
    internal Func<Task>? BetweenAttempts { get; set; }

    /// <summary>Makes answers tell no time.</summary>
    internal bool HidesTime { get; set; }

    internal (StoreOperation Operation, string Key)[] Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    internal int CountRequests(StoreOperation operation) => Requests.Count(request => request.Operation == operation);

    internal void ClearRequests()
    {
        lock (_gate)
        {
            _requests.Clear();
        }
    }

    /// <summary>Plans a fault for the next request of a kind whose key contains a text.</summary>
    internal void FailNext(StoreOperation operation, string keyPart, StoreFault fault, int times = 1)
    {
        lock (_gate)
        {
            _rules.Add(new Rule(operation, keyPart, fault) { Left = times });
        }
    }

    /// <summary>How many puts are delayed.</summary>
    internal int DelayedCount => _delayed.Count;

    /// <summary>Lets the oldest delayed put arrive.</summary>
    internal Task DeliverAsync() => _delayed.Dequeue()();

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default) =>
        IsPlain(StoreOperation.Get, key, out StoreFault? fault)
            ? inner.GetAsync(key, range, cancellationToken)
            : GetSlowlyAsync(key, range, fault, cancellationToken);

    public async ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        await PassAsync(StoreOperation.Get, key, Note(StoreOperation.Get, key));
        return await inner.ReadAsync(key, offset, destination, cancellationToken);
    }

    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default) =>
        IsPlain(StoreOperation.Put, key, out StoreFault? fault)
            ? inner.PutAsync(key, content, condition, cancellationToken)
            : PutSlowlyAsync(key, content, condition, fault, cancellationToken);

    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        await PassAsync(StoreOperation.Put, key, Note(StoreOperation.Put, key));
        return await inner.UploadAsync(key, writeContent, cancellationToken);
    }

    public async ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        foreach (string key in keys)
        {
            await PassAsync(StoreOperation.Delete, key, Note(StoreOperation.Delete, key));
        }

        return await inner.DeleteAsync(keys, cancellationToken);
    }

    public async ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        await PassAsync(StoreOperation.List, prefix, Note(StoreOperation.List, prefix));
        ObjectListing listing = await inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken);
        return HidesTime ? listing with { StoreTime = null } : listing;
    }

    private async ValueTask<GetResult> GetSlowlyAsync(
        string key, ObjectRange? range, StoreFault? fault, CancellationToken cancellationToken)
    {
        await PassAsync(StoreOperation.Get, key, fault);
        GetResult result = await inner.GetAsync(key, range, cancellationToken);
        return !HidesTime ? result
            : result.Found ? GetResult.Existing(result.Data, result.ObjectLength, result.ETag!, null, result)
            : GetResult.Missing(null);
    }

    private async ValueTask<PutResult> PutSlowlyAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition,
        StoreFault? fault,
        CancellationToken cancellationToken)
    {
        bool isRetried = fault is StoreFault.RetryAfterLostReply or StoreFault.RetryAfterLostRequest;
        bool isApplied = fault is StoreFault.LoseReply or StoreFault.RetryAfterLostReply
            or StoreFault.RepeatedOnTheWay or StoreFault.CancelAfterApplying;
        byte[] copy = content.ToArray();
        if (isApplied)
        {
            await inner.PutAsync(key, content, condition, cancellationToken);
        }

        if (fault == StoreFault.Delay)
        {
            _delayed.Enqueue(() => inner.PutAsync(key, new ReadOnlySequence<byte>(copy), condition).AsTask());
        }

        if (isRetried && BetweenAttempts is { } between)
        {
            await between();
        }

        await PassAsync(StoreOperation.Put, key, isRetried || fault == StoreFault.RepeatedOnTheWay ? null : fault);
        PutResult result = await inner.PutAsync(key, content, condition, cancellationToken);
        return result with
        {
            EarlierAttemptInDoubt = isRetried,
            StoreTime = HidesTime ? null : result.StoreTime,
        };
    }

    private bool IsPlain(StoreOperation operation, string key, out StoreFault? fault)
    {
        fault = Note(operation, key);
        return fault is null && BeforeRequest is null && !HidesTime;
    }

    private StoreFault? Note(StoreOperation operation, string key)
    {
        lock (_gate)
        {
            _requests.Add((operation, key));
            Rule? rule = _rules.Find(rule => rule.Operation == operation && key.Contains(rule.KeyPart));
            if (rule is not null && --rule.Left == 0)
            {
                _rules.Remove(rule);
            }

            return rule?.Fault;
        }
    }

    private async ValueTask PassAsync(StoreOperation operation, string key, StoreFault? fault)
    {
        switch (fault)
        {
            case null:
                if (BeforeRequest is { } wait)
                {
                    await wait(operation, key);
                }

                break;
            case StoreFault.Refuse:
                throw new StorageException($"{operation} {key}: refused.", isTransient: false);
            case StoreFault.CancelAfterApplying:
                throw new OperationCanceledException($"{operation} {key}: cancelled.");
            default:
                throw new StorageException($"{operation} {key}: {fault}.", isTransient: true);
        }
    }

    private sealed record Rule(StoreOperation Operation, string KeyPart, StoreFault Fault)
    {
        internal required int Left { get; set; }
    }
}
