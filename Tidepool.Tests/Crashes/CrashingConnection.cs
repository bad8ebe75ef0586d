using System.Buffers;
using Tidepool.Storage;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>Stands between a process and its connection, and ends the process at one of its requests.</summary>
internal sealed class CrashingConnection(
    IObjectStore inner, SimulatedHost host, ModelStore store, CrashTrigger trigger) : IObjectStore
{
    public ObjectStoreSharing Sharing => inner.Sharing;

    public ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default) =>
        SendAsync(ModelOperation.Get, () => inner.GetAsync(key, range, cancellationToken), Nothing);

    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        SendAsync(ModelOperation.Read, () => inner.ReadAsync(key, offset, destination, cancellationToken), Nothing);

    public ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        byte[] data = content.ToArray();
        return SendAsync(
            ModelOperation.Put,
            () => inner.PutAsync(key, new ReadOnlySequence<byte>(data), condition, cancellationToken),
            () => store.Put(key, data, condition, TimeSpan.Zero));
    }

    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        using var stream = new ModelUploadStream();
        await writeContent(stream, cancellationToken).ConfigureAwait(false);
        byte[] data = stream.ToArray();
        return await SendAsync(
            ModelOperation.Upload,
            () => inner.UploadAsync(key, (sink, token) => sink.WriteAsync(data, token), cancellationToken),
            () => store.Put(key, data, PutCondition.Always, TimeSpan.Zero)).ConfigureAwait(false);
    }

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        string[] wanted = [.. keys];
        return SendAsync(
            ModelOperation.Delete,
            () => inner.DeleteAsync(wanted, cancellationToken),
            () => Array.ForEach(wanted, store.Delete));
    }

    public ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default) =>
        SendAsync(
            ModelOperation.List, () => inner.ListAsync(prefix, startAfter, maxKeys, cancellationToken), Nothing);

    private static void Nothing()
    {
    }

    private async ValueTask<T> SendAsync<T>(ModelOperation operation, Func<ValueTask<T>> send, Action applyLater)
    {
        switch (host.IsDead ? CrashKind.Before : trigger.Next(operation))
        {
            case CrashKind.Before:
                trigger.Die(host);
                return await NeverAsync<T>().ConfigureAwait(false);
            case CrashKind.Late:
                trigger.Hold(applyLater);
                trigger.Die(host);
                return await NeverAsync<T>().ConfigureAwait(false);
            case CrashKind.After:
                await send().ConfigureAwait(false);
                trigger.Die(host);
                return await NeverAsync<T>().ConfigureAwait(false);
            default:
                return await send().ConfigureAwait(false);
        }
    }

    private static Task<T> NeverAsync<T>() => new TaskCompletionSource<T>().Task;
}
