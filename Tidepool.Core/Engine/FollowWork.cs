namespace Tidepool.Engine;

/// <summary>Looks for manifests that other processes committed, so that a process which only reads need not keep in
/// memory what they have flushed.</summary>
/// <remarks>One small request for so many foreign log entries; none while nobody writes.</remarks>
internal sealed class FollowWork : IAsyncDisposable
{
    private const int EntriesPerLook = 256;
    private const long BytesPerLook = 16 << 20;

    private readonly OpenNamespace _namespace;
    private readonly BackgroundLoop _loop;
    private int _entries;
    private long _bytes;

    internal FollowWork(OpenNamespace @namespace, NamespaceServices services)
    {
        _namespace = @namespace;
        _loop = new BackgroundLoop("look at manifests", services.Name, LookAsync, services.Clock, services.Logger);
    }

    internal Exception? LastFailure => _loop.LastFailure;

    /// <summary>Told of each log entry of another process, in order.</summary>
    internal void OnFollowed(long sizeBytes)
    {
        _entries++;
        _bytes += sizeBytes;
        if (_entries >= EntriesPerLook || _bytes >= BytesPerLook)
        {
            _entries = 0;
            _bytes = 0;
            _loop.Wake();
        }
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        await _namespace.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return Timeout.InfiniteTimeSpan;
    }
}
