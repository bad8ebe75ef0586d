using System.Buffers;
using Amazon.S3.Model;

namespace Tidepool.Storage.S3;

/// <summary>One upload: a single put if it fits into one part, else parts that are sent while more is
/// written.</summary>
/// <remarks>Holds at most <see cref="S3StoreOptions.MaxParallelParts"/> + 1 parts in memory: the writer waits when
/// all are on their way. Every request is idempotent (a part has a number, the key is the caller's alone), so each is
/// repeated under <see cref="S3StoreOptions.UploadRetry"/>. One writer at a time.</remarks>
internal sealed class S3Upload : ForwardOnlyStream
{
    private const int MaxParts = 10_000;

    private readonly S3Requests _requests;
    private readonly S3Reader _reader;
    private readonly string _key;
    private readonly string _name;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _slots;
    private readonly List<Task<PartETag>> _parts = [];
    private byte[]? _buffer;
    private int _buffered;
    private string? _uploadId;

    internal S3Upload(S3Requests requests, S3Reader reader, string key, CancellationToken cancellationToken)
    {
        _requests = requests;
        _reader = reader;
        _key = key;
        _name = requests.NameOf(key);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _slots = new SemaphoreSlim(requests.Options.MaxParallelParts);
        _buffer = ArrayPool<byte>.Shared.Rent(PartSize);
    }

    private int PartSize => _requests.Options.PartSizeBytes;

    /// <summary>Sends what is left and makes the object appear.</summary>
    internal async ValueTask<PutResult> CompleteAsync()
    {
        Dispose(); // No more writes.
        if (_uploadId is null)
        {
            return await PutWholeAsync().ConfigureAwait(false);
        }

        if (_buffered > 0)
        {
            await StartPartAsync().ConfigureAwait(false);
        }

        var request = new CompleteMultipartUploadRequest
        {
            BucketName = _requests.Bucket,
            Key = _name,
            UploadId = _uploadId,
            PartETags = [.. await Task.WhenAll(_parts).ConfigureAwait(false)],
        };
        S3Answer<CompleteMultipartUploadResponse> answer = await SendAsync(
            BytesWritten,
            deadline => _requests.Client.CompleteMultipartUploadAsync(request, deadline.Token)).ConfigureAwait(false);
        return answer.Failure is null
            ? new(Succeeded: true, S3Requests.Tag(answer.Value.ETag), answer.StoreTime)
            : await FindCompletedAsync(answer.Failure.Value).ConfigureAwait(false);
    }

    /// <summary>Stops everything and gives the buffers back; parts that are stored already are given up, as far as the
    /// server can be reached. To be called once at the end, whatever happened.</summary>
    internal async ValueTask CloseAsync(bool isComplete)
    {
        Dispose();
        if (!isComplete)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        Task all = Task.WhenAll(_parts); // They hold buffers.
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!isComplete && _uploadId is not null)
        {
            await AbortAsync().ConfigureAwait(false);
        }

        if (_buffer is byte[] buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _slots.Dispose();
        _stop.Dispose();
    }

    protected override void Append(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_buffered == PartSize)
            {
                StartPartAsync().AsTask().GetAwaiter().GetResult(); // The caller chose to write synchronously.
            }

            int count = Math.Min(buffer.Length, PartSize - _buffered);
            buffer[..count].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += count;
            buffer = buffer[count..];
        }
    }

    protected override async ValueTask AppendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_buffered == PartSize)
            {
                await StartPartAsync().ConfigureAwait(false);
            }

            int count = Math.Min(buffer.Length, PartSize - _buffered);
            buffer.Span[..count].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += count;
            buffer = buffer[count..];
        }
    }

    /// <summary>Sends the full buffer in the background and takes a new one; waits while too many are on their way.
    /// </summary>
    private async ValueTask StartPartAsync()
    {
        if (_parts.Find(part => part.IsFaulted) is Task<PartETag> failed)
        {
            await failed.ConfigureAwait(false); // Throws what that part threw.
        }

        if (_parts.Count == MaxParts)
        {
            throw new StorageException(
                $"{_key}: an upload has at most {MaxParts} parts of {PartSize} bytes; choose a larger part size.");
        }

        _uploadId ??= await InitiateAsync().ConfigureAwait(false);
        await _slots.WaitAsync(_stop.Token).ConfigureAwait(false);
        byte[] full = _buffer!;
        int size = _buffered;
        _buffer = ArrayPool<byte>.Shared.Rent(PartSize);
        _buffered = 0;
        _parts.Add(SendPartAsync(_parts.Count + 1, full, size));
    }

    private async Task<PartETag> SendPartAsync(int number, byte[] buffer, int size)
    {
        try
        {
            S3Answer<UploadPartResponse> answer = await SendAsync(size, UploadAsync).ConfigureAwait(false);
            return answer.Failure is null
                ? new PartETag(number, answer.Value.ETag)
                : throw Gone(answer.Failure.Value);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _slots.Release();
        }

        async Task<UploadPartResponse> UploadAsync(CancellationTokenSource deadline)
        {
            using var content = new SequenceStream(new ReadOnlySequence<byte>(buffer, 0, size));
            var request = new UploadPartRequest
            {
                BucketName = _requests.Bucket,
                Key = _name,
                UploadId = _uploadId,
                PartNumber = number,
                PartSize = size,
                InputStream = content,
                UseChunkEncoding = false,
            };
            return await _requests.Client.UploadPartAsync(request, deadline.Token).ConfigureAwait(false);
        }
    }

    private async ValueTask<string> InitiateAsync()
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = _requests.Bucket,
            Key = _name,
        };
        S3Answer<InitiateMultipartUploadResponse> answer = await SendAsync(
            0, deadline => _requests.Client.InitiateMultipartUploadAsync(request, deadline.Token))
            .ConfigureAwait(false);
        return answer.Failure is null ? answer.Value.UploadId : throw Gone(answer.Failure.Value);
    }

    private async ValueTask<PutResult> PutWholeAsync()
    {
        var content = new ReadOnlySequence<byte>(_buffer!, 0, _buffered);
        S3Answer<string?> answer = await SendAsync(
            _buffered, deadline => _requests.PutAsync(_name, content, PutCondition.Always, deadline.Token))
            .ConfigureAwait(false);
        return answer.Failure is null
            ? new(Succeeded: true, answer.Value, answer.StoreTime)
            : throw Gone(answer.Failure.Value);
    }

    /// <summary>The server knows the upload no more. If an earlier answer was lost, that is because it is complete.
    /// </summary>
    private async ValueTask<PutResult> FindCompletedAsync(S3Failure failure)
    {
        S3Answer<S3Reader.Body> found = await _reader.SizeAsync(_key, _stop.Token).ConfigureAwait(false);
        return failure == S3Failure.NoSuchUpload && found.Failure is null && found.Value.ObjectLength == BytesWritten
            ? new(Succeeded: true, found.Value.ETag, found.StoreTime)
            : throw Gone(failure);
    }

    private async ValueTask AbortAsync()
    {
        var request = new AbortMultipartUploadRequest
        {
            BucketName = _requests.Bucket,
            Key = _name,
            UploadId = _uploadId,
        };
        try
        {
            await _requests.SendAsync(
                "abort",
                _key,
                sizeBytes: 0,
                deadline => _requests.Client.AbortMultipartUploadAsync(request, deadline.Token),
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // The upload's own failure is what counts. A rule of the bucket should expire unfinished uploads.
        }
    }

    private StorageException Gone(S3Failure failure) =>
        new($"{_key}: cannot upload the object: the server answered {failure}.") { Operation = "upload" };

    /// <summary>Sends a request, again if need be.</summary>
    private async ValueTask<S3Answer<T>> SendAsync<T>(long sizeBytes, Func<CancellationTokenSource, Task<T>> send)
    {
        long start = _requests.Time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await _requests.SendAsync("upload", _key, sizeBytes, send, _stop.Token).ConfigureAwait(false);
            }
            catch (StorageException error)
            {
                TimeSpan elapsed = _requests.Time.GetElapsedTime(start);
                if (_requests.Options.UploadRetry.GetDelay(attempt, elapsed, error, random: 1) is not TimeSpan delay)
                {
                    throw;
                }

                await Task.Delay(delay, _requests.Time, _stop.Token).ConfigureAwait(false);
            }
        }
    }
}
