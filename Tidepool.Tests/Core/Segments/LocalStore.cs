using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Tests.Core.Segments;

/// <summary>A store of local files that can do nothing but name them: whoever maps in place asks for no more.</summary>
internal sealed class LocalStore(string folder) : IObjectStore, ILocalObjects
{
    public string? GetLocalPath(string key) => Path.Combine(folder, key.Replace('/', '_'));

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("A local segment is to be mapped, not read.");

    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException("A local segment is to be mapped, not read.");

    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default) => throw new InvalidOperationException();

    public ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default) => throw new InvalidOperationException();

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException();

    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException();
}
