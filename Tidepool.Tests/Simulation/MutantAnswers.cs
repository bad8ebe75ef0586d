using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>Wrong conditions of puts, and wrong conclusions from their answers.</summary>
internal static class MutantAnswers
{
    internal static async ValueTask<PutResult> PutAsync(
        ProtocolMutant mutant,
        IObjectStore inner,
        string key,
        StoreName name,
        byte[] data,
        PutCondition condition,
        Func<DateTimeOffset> now,
        CancellationToken cancellationToken)
    {
        var content = new ReadOnlySequence<byte>(data);
        bool ignoresCondition = mutant switch
        {
            ProtocolMutant.LogPutWithoutCondition => name.IsLog,
            ProtocolMutant.ManifestPutWithoutCondition => name.IsManifest,
            ProtocolMutant.RecordPutWithoutCondition => name.IsRecord,
            ProtocolMutant.PinPutWithoutCondition => name.IsPin,
            _ => false,
        };
        try
        {
            PutResult put = await inner
                .PutAsync(key, content, ignoresCondition ? PutCondition.Always : condition, cancellationToken)
                .ConfigureAwait(false);
            bool isTakenForSuccess = mutant switch
            {
                ProtocolMutant.LogConflictTakenForSuccess => name.IsLog,
                ProtocolMutant.ManifestConflictTakenForSuccess => name.IsManifest,
                ProtocolMutant.PinConflictTakenForSuccess => name.IsPin,
                _ => false,
            };
            return put with { Succeeded = put.Succeeded || isTakenForSuccess };
        }
        catch (StorageException doubt) when (doubt.IsTransient && (name.IsLog || name.IsManifest))
        {
            switch (mutant)
            {
                case ProtocolMutant.LogDoubtForgotten when name.IsLog:
                    return await inner.PutAsync(key, content, condition, cancellationToken).ConfigureAwait(false);
                case ProtocolMutant.LogDoubtTakenForFailure when name.IsLog:
                    throw new StorageException("said to have failed", isTransient: false, doubt);
                case ProtocolMutant.LogDoubtTakenForSuccess when name.IsLog:
                case ProtocolMutant.ManifestDoubtTakenForSuccess when name.IsManifest:
                    return new PutResult(Succeeded: true, ETag: "doubt", now());
                default:
                    throw;
            }
        }
    }
}
