using System.Buffers;
using Tidepool.Storage;

namespace Tidepool.Tests.Simulation;

/// <summary>Stands between a process and its connection, and breaks one rule.</summary>
internal sealed class MutantConnection(
    IObjectStore inner, SimulationWorld world, SimulatedHost host, ProtocolMutant mutant) : IObjectStore
{
    private readonly SimulationRandom _random = world.Random.Fork();
    private readonly MutantMemory _memory = new(world);
    private DateTimeOffset? _firstTime;

    public ObjectStoreSharing Sharing => inner.Sharing;

    public async ValueTask<GetResult> GetAsync(
        string key, ObjectRange? range = null, CancellationToken cancellationToken = default)
    {
        StoreName name = StoreName.Of(key);
        if (_memory.IsHidden(mutant, name, _random))
        {
            return GetResult.Missing(world.Store.Now);
        }

        string asked = mutant switch
        {
            ProtocolMutant.EntryOfAnotherSlot when name.IsLog && name.Number > 1 && _random.IsOneIn(4) =>
                name.WithNumber(name.Number - 1),
            ProtocolMutant.ManifestOfAnotherTime when name.IsManifest && name.Number > 1 && _random.IsOneIn(4) =>
                name.WithNumber(name.Number - 1),
            ProtocolMutant.PinOfAnotherName when name.IsPin => MutantPins.FindOther(name, world),
            _ => key,
        };
        GetResult found = await inner.GetAsync(asked, range, cancellationToken).ConfigureAwait(false);
        _memory.OnRead(name, found.Found);
        bool isFrozen = mutant is ProtocolMutant.GetTimeStandsStill or ProtocolMutant.AllTimesStandStill && name.IsLog;
        DateTimeOffset? time = Mistake(found.StoreTime, isFrozen);
        return found.Found
            ? GetResult.Existing(found.Data, found.ObjectLength, found.ETag!, time, found)
            : GetResult.Missing(time);
    }

    public ValueTask<ReadResult> ReadAsync(
        string key, long offset, Memory<byte> destination, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(key, offset, destination, cancellationToken);

    public async ValueTask<PutResult> PutAsync(
        string key,
        ReadOnlySequence<byte> content,
        PutCondition condition = default,
        CancellationToken cancellationToken = default)
    {
        StoreName name = StoreName.Of(key);
        byte[] data = MutantContent.Change(mutant, name, content.ToArray(), world);
        if (mutant == ProtocolMutant.DeletionsNotStored && name.IsDeletions ||
            IsSentLater(name))
        {
            _ = SendLaterAsync(key, data, condition, isSent: !name.IsDeletions);
            return new PutResult(Succeeded: true, ETag: "early", world.Store.Now);
        }

        bool isNotSent = mutant switch
        {
            ProtocolMutant.PinNotStored => name.IsPin && condition != PutCondition.Always,
            ProtocolMutant.PinNotReleased => name.IsPin && condition == PutCondition.Always,
            _ => false,
        };
        if (isNotSent)
        {
            return new PutResult(Succeeded: true, ETag: "none", world.Store.Now);
        }

        if (mutant == ProtocolMutant.ManifestsDeleted && name.IsManifest && condition == PutCondition.Always)
        {
            DateTimeOffset? deletedAt = await inner.DeleteAsync([key], cancellationToken).ConfigureAwait(false);
            return new PutResult(Succeeded: true, ETag: "gone", deletedAt);
        }

        string target = mutant == ProtocolMutant.SlotLeftOut && name.IsLog && _random.IsOneIn(8)
            ? name.WithNumber(name.Number + 1)
            : key;
        PutResult put = await MutantAnswers
            .PutAsync(mutant, inner, target, name, data, condition, () => world.Store.Now, cancellationToken)
            .ConfigureAwait(false);
        _memory.OnRead(name, put.Succeeded);
        if (put.Succeeded && name.IsManifest)
        {
            await _memory.CollectEarlyAsync(mutant, inner, name, data, cancellationToken).ConfigureAwait(false);
        }

        bool isFrozen = mutant is ProtocolMutant.PutTimeStandsStill or ProtocolMutant.AllTimesStandStill && name.IsLog;
        return put with { StoreTime = Mistake(put.StoreTime, isFrozen) };
    }

    public async ValueTask<PutResult> UploadAsync(
        string key,
        Func<Stream, CancellationToken, ValueTask> writeContent,
        CancellationToken cancellationToken = default)
    {
        if (mutant is not (ProtocolMutant.SegmentAcknowledgedBeforeSent or ProtocolMutant.SegmentNotStored or
            ProtocolMutant.SegmentTorn))
        {
            return await inner.UploadAsync(key, writeContent, cancellationToken).ConfigureAwait(false);
        }

        using var stream = new ModelUploadStream();
        await writeContent(stream, cancellationToken).ConfigureAwait(false);
        byte[] data = stream.ToArray();
        data = mutant == ProtocolMutant.SegmentTorn ? data[..(data.Length / 2)] : data;
        _ = SendLaterAsync(key, data, PutCondition.Always, isSent: mutant != ProtocolMutant.SegmentNotStored);
        return new PutResult(Succeeded: true, ETag: "early", world.Store.Now);
    }

    public ValueTask<DateTimeOffset?> DeleteAsync(
        IReadOnlyCollection<string> keys, CancellationToken cancellationToken = default)
    {
        List<string> changed = [.. keys];
        StoreName last = changed.Count == 0 ? default : StoreName.Of(changed[^1]);
        if (mutant == ProtocolMutant.LogCollectedOneTooFar && last.IsLog)
        {
            changed.Add(last.WithNumber(last.Number + 1));
        }
        else if (mutant == ProtocolMutant.RecordsDeleted && last.Text.StartsWith("hint/", StringComparison.Ordinal))
        {
            changed.AddRange(world.Store.Keys.Where(key => key.StartsWith("ns/", StringComparison.Ordinal)).Take(1));
        }

        return inner.DeleteAsync(changed, cancellationToken);
    }

    public async ValueTask<ObjectListing> ListAsync(
        string prefix, string? startAfter = null, int maxKeys = 1000, CancellationToken cancellationToken = default)
    {
        ObjectListing page = await inner
            .ListAsync(prefix, startAfter, maxKeys, cancellationToken).ConfigureAwait(false);
        bool looksOld = mutant switch
        {
            ProtocolMutant.OrphansOfNoAge => prefix.EndsWith("/seg/", StringComparison.Ordinal),
            ProtocolMutant.LogCollectedByObjectAge => prefix.EndsWith("/man/", StringComparison.Ordinal),
            ProtocolMutant.DroppedDataOfNoAge => prefix == "ns/",
            _ => false,
        };
        return page with
        {
            Objects =
            [
                .. MutantPins.Filter(mutant, prefix, page.Objects, world, _random).Select(info => looksOld
                    ? info with { LastModified = info.LastModified - TimeSpan.FromDays(400) }
                    : info),
            ],
        };
    }

    private bool IsSentLater(StoreName name) => mutant switch
    {
        ProtocolMutant.LogAcknowledgedBeforeSent => name.IsLog,
        ProtocolMutant.ManifestAcknowledgedBeforeSent => name.IsManifest,
        ProtocolMutant.PinAcknowledgedBeforeSent => name.IsPin,
        _ => false,
    };

    private async Task SendLaterAsync(string key, byte[] data, PutCondition condition, bool isSent)
    {
        try
        {
            if (isSent)
            {
                await inner.PutAsync(key, new ReadOnlySequence<byte>(data), condition).ConfigureAwait(false);
            }
        }
        catch (StorageException)
        {
            // Nobody hears of it: that is what is wrong.
        }
    }

    private DateTimeOffset? Mistake(DateTimeOffset? time, bool isFrozen)
    {
        _firstTime ??= time;
        return mutant == ProtocolMutant.HostClockTakenForStores ? world.Store.Now + host.ClockSkew
            : isFrozen ? _firstTime
            : time;
    }
}
