using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Manifests;

/// <summary>Leaves hints. They only save time, so that one that cannot be stored is left out.</summary>
internal static class HintStore
{
    internal static ValueTask LeaveAsync(
        IObjectStore store,
        string hintKey,
        long recordNumber,
        Manifest manifest,
        CancellationToken cancellationToken) =>
        LeaveAsync(store, hintKey, recordNumber, ManifestCodec.Encode(manifest), cancellationToken);

    internal static async ValueTask LeaveAsync(
        IObjectStore store,
        string hintKey,
        long recordNumber,
        ReadOnlyMemory<byte> manifest,
        CancellationToken cancellationToken)
    {
        try
        {
            byte[] hint = HintCodec.Encode(recordNumber, manifest.Span);
            await store
                .PutAsync(hintKey, new ReadOnlySequence<byte>(hint), PutCondition.Always, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is StorageException or OperationCanceledException)
        {
            // What it is a copy of is committed, and the next commit writes another.
        }
    }
}
