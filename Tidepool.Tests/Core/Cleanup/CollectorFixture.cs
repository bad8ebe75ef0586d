using System.Buffers;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Tests.Core.Manifests;
using Tidepool.Tests.Core.Wal;

namespace Tidepool.Tests.Core.Cleanup;

/// <summary>Processes that commit manifests, with objects in the place of segments.</summary>
internal abstract class CollectorFixture : LogFixture
{
    protected async Task<SegmentEntry> AddSegmentAsync(LogProcess process, int seed, int deleted = 0)
    {
        await process.AppendAsync();
        LogPosition head = process.Log.Head;
        SegmentEntry segment = SampleManifests.Segment(seed, 3, head.Sequence, head.Sequence, deleted);
        await Store.PutAsync(process.Keys.Segment(segment.Id), new ReadOnlySequence<byte>([1]));
        if (segment.Deletions is { } deletions)
        {
            await Store.PutAsync(
                process.Keys.Deletions(segment.Id, deletions.Id), new ReadOnlySequence<byte>([1]));
        }

        await process.Manifests.CommitAsync(
            (parent, _) =>
            {
                var edit = new ManifestEdit(parent);
                edit.AddSegment(segment);
                edit.Rows += segment.LiveRows;
                edit.AdvanceFloor(head, parent.Schema, parent.Batches.Record(
                    process.Log.GetBatches(parent.Floor.Sequence, head.Sequence), null, TimeSpan.MaxValue));
                return new(edit);
            },
            default);
        return segment;
    }

    protected static async Task RemoveSegmentAsync(LogProcess process, SegmentEntry segment)
    {
        await process.AppendAsync();
        LogPosition head = process.Log.Head;
        await process.Manifests.CommitAsync(
            (parent, _) =>
            {
                var edit = new ManifestEdit(parent);
                edit.RemoveSegment(segment.Id);
                edit.Rows -= segment.LiveRows;
                edit.AdvanceFloor(head, parent.Schema, parent.Batches.Record(
                    process.Log.GetBatches(parent.Floor.Sequence, head.Sequence), null, TimeSpan.MaxValue));
                return new(edit);
            },
            default);
    }

    protected async Task<List<string>> ListAsync(string prefix) =>
        [.. (await Store.ListAsync(prefix)).Objects.Select(info => info.Key)];
}
