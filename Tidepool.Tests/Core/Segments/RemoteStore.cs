using System.Buffers;
using System.Collections.Concurrent;
using Tidepool.Storage;
using Tidepool.Storage.InMemory;

namespace Tidepool.Tests.Core.Segments;

/// <summary>An object store that says it is remote, with a hook in front of each ranged read.</summary>
internal sealed class RemoteStore(InMemoryObjectStore objects) : IObjectStore
{
    private readonly InMemoryObjectStore _objects = objects;
    private int _readsUnderWay;
    private int _mostReadsAtOnce;

    public RemoteStore()
        : this(new InMemoryObjectStore())
    {
    }

    public ObjectStoreSharing Sharing => ObjectStoreSharing.Network;

    /// <summary>Ranged reads so far, as key and offset.</summary>
    internal ConcurrentQueue<(string Key, long Offset)> Reads { get; } = [];

    internal int MostReadsAtOnce => _mostReadsAtOnce;

    /// <summary>Runs before each ranged read; its number is the count of reads before it.</summary>
    internal Func<int, CancellationToken, Task>? BeforeRead { get; set; }

    /// <summary>Changes what a ranged read has read.</summary>
    internal Action<int, Memory<byte>>? AfterRead { get; set; }

    /// <summary>How many bytes a ranged read, of a number, says that it has read.</summary>
    internal Func<int, int, int>? Shorten { get; set; }

    internal void Put(string key, byte[] bytes) =>
        _objects.PutAsync(key, new ReadOnlySequence<byte>(bytes)).AsTask().GetAwaiter().GetResult();

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default) =>
        _objects.GetAsync(key, range, cancellationToken);

    public async ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        int number;
        lock (Reads)
        {
            number = Reads.Count;
            Reads.Enqueue((key, offset));
            _mostReadsAtOnce = Math.Max(_mostReadsAtOnce, ++_readsUnderWay);
        }

        try
        {
            if (BeforeRead is not null)
            {
                await BeforeRead(number, cancellationToken);
            }

            ReadResult result = await _objects.ReadAsync(key, offset, destination, cancellationToken);
            AfterRead?.Invoke(number, destination[..result.BytesRead]);
            return Shorten is null
                ? result
                : result with { BytesRead = Shorten(number, result.BytesRead) };
        }
        finally
        {
            lock (Reads)
            {
                _readsUnderWay--;
            }
        }
    }

    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default) =>
        _objects.PutAsync(key, content, condition, cancellationToken);

    public ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default) =>
        _objects.UploadAsync(key, writeContent, cancellationToken);

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
        _objects.DeleteAsync(keys, cancellationToken);

    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default) =>
        _objects.ListAsync(prefix, startAfter, maxKeys, cancellationToken);
}
