using NUnit.Framework;
using Tidepool.Index.Segments;
using Tidepool.Segments;
using Tidepool.Storage;

namespace Tidepool.Tests.Core.Segments;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SegmentDiskCacheTests : IAsyncDisposable
{
    private readonly StepTime _time = new();
    private readonly RemoteStore _store = new();
    private readonly TestFolder _folder = new();
    private SegmentDiskCache _cache;

    public SegmentDiskCacheTests() => _cache = NewCache();

    public async ValueTask DisposeAsync()
    {
        await _cache.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Open_Again_ReadsFromDisk()
    {
        SegmentObject segment = Store(1);
        await UseAsync(_cache, segment);

        await UseAsync(_cache, segment);

        Assert.That(_store.Reads, Has.Count.EqualTo(1));
        Assert.That(
            _cache.GetStatistics(),
            Is.EqualTo(new SegmentCacheStatistics(Hits: 1, Misses: 1, DamagedFiles: 0, segment.Bytes.Length)));
        Assert.That(_cache.GetCachedBytes(SegmentObject.Namespace), Is.EqualTo(segment.Bytes.Length));
        Assert.That(_cache.GetCachedBytes(Guid.Empty), Is.Zero);
        Assert.That(_folder.FileNames, Is.EqualTo([segment.FileName]));
    }

    [Test]
    public async Task Open_InAnotherProcess_ReadsWhatTheFirstFetched()
    {
        SegmentObject segment = Store(1);
        await UseAsync(_cache, segment);
        await _cache.DisposeAsync();
        await using SegmentDiskCache other = NewCache();

        await UseAsync(other, segment);

        Assert.That(_store.Reads, Has.Count.EqualTo(1));
        Assert.That(other.GetStatistics().Hits, Is.EqualTo(1));
    }

    [Test]
    public async Task Open_DamagedCopy_FetchesAgain()
    {
        const int Step = 61; // Every byte in turn is flipped in SegmentCorruptionTests.
        SegmentObject segment = Store(1, rowCount: 5);
        await UseAsync(_cache, segment);
        string path = _folder.At(segment.FileName);
        int damageCount = 0;
        for (int offset = 0; offset < segment.Bytes.Length; offset += Step)
        {
            byte[] damaged = (byte[])segment.Bytes.Clone();
            damaged[offset] ^= 0x20;
            File.WriteAllBytes(path, damaged);

            await UseAsync(_cache, segment);

            Assert.That(_cache.GetStatistics().DamagedFiles, Is.EqualTo(++damageCount));
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(segment.Bytes));
        }
    }

    [TestCase(0)]
    [TestCase(100)]
    [TestCase(5000)]
    public async Task Open_CopyOfAnotherLength_FetchesAgain(int length)
    {
        SegmentObject segment = Store(1);
        byte[] bytes = (byte[])segment.Bytes.Clone();
        Array.Resize(ref bytes, length);
        File.WriteAllBytes(_folder.At(segment.FileName), bytes);

        await UseAsync(_cache, segment);

        Assert.That(_cache.GetStatistics().DamagedFiles, Is.EqualTo(1));
    }

    [Test]
    public async Task Open_CopyOfAnotherSegment_FetchesAgain()
    {
        SegmentObject segment = Store(1);
        File.WriteAllBytes(_folder.At(segment.FileName), Store(2).Bytes);

        await UseAsync(_cache, segment);

        Assert.That(_cache.GetStatistics().DamagedFiles, Is.EqualTo(1));
    }

    [Test]
    public async Task Open_DamagedOnTheWayOnce_FetchesAgain()
    {
        SegmentObject segment = Store(1);
        _store.AfterRead = (number, bytes) => bytes.Span[^1] ^= (byte)(number == 0 ? 1 : 0);

        await UseAsync(_cache, segment);

        Assert.That(_store.Reads, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Constructor_TemporaryFileOfACrash_IsDeleted()
    {
        await _cache.DisposeAsync();
        File.WriteAllBytes(_folder.At("half-written.tpvs.0123456789abcdef.tmp"), [1, 2, 3]);

        _cache = NewCache();

        Assert.That(_folder.FileNames, Is.Empty);
    }

    [Test]
    public async Task Constructor_TemporaryFileBeingFilledByAnotherProcess_Stays()
    {
        SegmentObject segment = Store(1);
        TaskCompletionSource reading = new();
        TaskCompletionSource mayRead = new();
        _store.BeforeRead = (_, _) =>
        {
            reading.TrySetResult();
            return mayRead.Task;
        };
        Task use = UseAsync(_cache, segment);
        await reading.Task;

        await using SegmentDiskCache other = NewCache();

        Assert.That(_folder.FileNames, Has.One.EndsWith(".tmp"));
        mayRead.SetResult();
        await use;
        Assert.That(_folder.FileNames, Is.EqualTo([segment.FileName]));
    }

    [Test]
    public async Task Open_OverCapacity_EvictsTheLongestUnused()
    {
        SegmentObject[] segments = [Store(1), Store(2), Store(3)];
        await using SegmentDiskCache cache = NewCache(segments[0].Bytes.Length * 2);
        await UseAsync(cache, segments[0]);
        await UseAsync(cache, segments[1]);
        await UseAsync(cache, segments[0]);

        await UseAsync(cache, segments[2]);

        Assert.That(_folder.FileNames, Is.EquivalentTo([segments[0].FileName, segments[2].FileName]));
    }

    [Test]
    public async Task Open_OverCapacity_LeavesWhatIsInUseUntilItIsNot()
    {
        SegmentObject[] segments = [Store(1), Store(2)];
        await using SegmentDiskCache cache = NewCache(segments[0].Bytes.Length);
        SegmentHandle first = await OpenAsync(cache, segments[0]);
        SegmentHandle second = await OpenAsync(cache, segments[1]);
        Assert.That(_folder.FileNames, Has.Length.EqualTo(2));

        first.Unpin();

        Assert.That(_folder.FileNames, Is.EqualTo([segments[1].FileName]));
        second.Unpin();
        Assert.That(_folder.FileNames, Is.EqualTo([segments[1].FileName]));
    }

    [Test]
    public async Task Open_SegmentLargerThanTheCache_WorksAndLeavesNothing()
    {
        await using SegmentDiskCache cache = NewCache(100);

        await UseAsync(cache, Store(1));

        Assert.That(_folder.FileNames, Is.Empty);
    }

    [Test]
    public async Task Open_ByManyAtOnce_SharesOneDownloadAndOneMap()
    {
        SegmentObject segment = Store(1);
        TaskCompletionSource mayRead = new();
        _store.BeforeRead = (_, _) => mayRead.Task;
        Task<SegmentHandle>[] opening = [.. Enumerable.Range(0, 32).Select(_ => OpenAsync(_cache, segment))];
        mayRead.SetResult();

        SegmentHandle[] handles = await Task.WhenAll(opening);

        Assert.That(_store.Reads, Has.Count.EqualTo(1));
        Assert.That(handles.Select(handle => handle.Reader).Distinct().Count(), Is.EqualTo(1));
        foreach (SegmentHandle handle in handles)
        {
            Assert.That(handle.Reader.GetSequence(0), Is.EqualTo(1));
            handle.Unpin();
        }

        Assert.That(() => handles[0].Reader.GetSequence(0), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Open_OneWaiterCancels_OthersGetTheSegment()
    {
        SegmentObject segment = Store(1);
        TaskCompletionSource mayRead = new();
        _store.BeforeRead = (_, _) => mayRead.Task;
        using CancellationTokenSource cancellation = new();
        Task<SegmentHandle> impatient = OpenAsync(_cache, segment, cancellation.Token);
        Task<SegmentHandle> patient = OpenAsync(_cache, segment);

        await cancellation.CancelAsync();

        Assert.That(async () => await impatient, Throws.InstanceOf<OperationCanceledException>());
        mayRead.SetResult();
        (await patient).Unpin();
        Assert.That(_store.Reads, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Open_AllWaitersCancel_EndsTheDownloadAndLeavesNothing()
    {
        SegmentObject segment = Store(1);
        TaskCompletionSource reading = new();
        TaskCompletionSource stopped = new();
        _store.BeforeRead = async (_, cancellationToken) =>
        {
            reading.TrySetResult();
            await using (cancellationToken.Register(stopped.SetResult))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
        };
        using CancellationTokenSource cancellation = new();
        Task<SegmentHandle> opening = OpenAsync(_cache, segment, cancellation.Token);
        await reading.Task;

        await cancellation.CancelAsync();

        Assert.That(async () => await opening, Throws.InstanceOf<OperationCanceledException>());
        await stopped.Task;
        await _cache.DisposeAsync();
        Assert.That(_folder.FileNames, Is.Empty);
    }

    [Test]
    public async Task Open_StoreFails_ThrowsToAllAndTriesAgainNextTime()
    {
        SegmentObject segment = Store(1);
        TaskCompletionSource mayRead = new();
        _store.BeforeRead = (_, _) => mayRead.Task;
        Task<SegmentHandle>[] opening = [OpenAsync(_cache, segment), OpenAsync(_cache, segment)];
        mayRead.SetException(new StorageException("no such luck", isTransient: true));

        foreach (Task<SegmentHandle> each in opening)
        {
            Assert.That(async () => await each, Throws.TypeOf<StorageException>());
        }

        _store.BeforeRead = null;
        await UseAsync(_cache, segment);
        Assert.That(_folder.FileNames, Is.EqualTo([segment.FileName]));
    }

    [Test]
    public async Task Open_LargeSegment_FetchesItInPartsSeveralAtATime()
    {
        SegmentObject segment = Store(1, rowCount: 10_000, dimensions: 500);
        int partCount = (segment.Bytes.Length + SegmentDownload.PartSizeBytes - 1) / SegmentDownload.PartSizeBytes;
        TaskCompletionSource allReading = new();
        _store.BeforeRead = (number, _) =>
        {
            if (number == partCount - 1)
            {
                allReading.SetResult();
            }

            return allReading.Task; // Nobody goes on before all have come.
        };

        await UseAsync(_cache, segment);

        Assert.That(partCount, Is.EqualTo(3));
        Assert.That(_store.MostReadsAtOnce, Is.EqualTo(3));
        Assert.That(File.ReadAllBytes(_folder.At(segment.FileName)).AsSpan().SequenceEqual(segment.Bytes), Is.True);
    }

    [Test]
    public async Task Open_ByTwoProcessesAtOnce_BothFetchAndBothRead()
    {
        SegmentObject segment = Store(1);
        await using SegmentDiskCache other = NewCache();
        TaskCompletionSource bothReading = new();
        _store.BeforeRead = (number, _) =>
        {
            if (number == 1)
            {
                bothReading.SetResult();
            }

            return bothReading.Task;
        };

        await Task.WhenAll(UseAsync(_cache, segment), UseAsync(other, segment));

        Assert.That(_folder.FileNames, Is.EqualTo([segment.FileName]));
    }

    [Test]
    public async Task Read_CopyEvictedByAnotherProcess_StillAnswers()
    {
        SegmentObject segment = Store(1);
        SegmentHandle handle = await OpenAsync(_cache, segment);
        await using SegmentDiskCache other = NewCache();

        other.KeepOnly(SegmentObject.Namespace, new HashSet<Guid>());

        Assert.That(handle.Reader.GetSequence(49), Is.EqualTo(1));
        SegmentVerifier.Verify(handle.Reader);
        handle.Unpin();
    }

    [Test]
    public async Task KeepOnly_SegmentsOfANamespace_DeletesItsOthersOnly()
    {
        SegmentObject[] segments = [Store(1), Store(2), Store(3)];
        foreach (SegmentObject segment in segments)
        {
            await UseAsync(_cache, segment);
        }

        _cache.KeepOnly(Guid.Empty, new HashSet<Guid>());
        Assert.That(_folder.FileNames, Has.Length.EqualTo(3));
        _cache.KeepOnly(SegmentObject.Namespace, new HashSet<Guid> { segments[1].Identity.SegmentId });

        Assert.That(_folder.FileNames, Is.EqualTo([segments[1].FileName]));
    }

    [Test]
    public async Task Dispose_WhileLoading_EndsItAndLetsTheFolderGo()
    {
        SegmentObject segment = Store(1);
        TaskCompletionSource reading = new();
        _store.BeforeRead = (_, cancellationToken) =>
        {
            reading.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        };
        Task<SegmentHandle> opening = OpenAsync(_cache, segment);
        await reading.Task;

        await _cache.DisposeAsync();

        Directory.Delete(_folder.Path);
        Assert.That(async () => await opening, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await OpenAsync(_cache, segment), Throws.TypeOf<ObjectDisposedException>());
    }

    private SegmentDiskCache NewCache(long capacityBytes = 1L << 30) =>
        new(_folder.Path, capacityBytes, partialFromBytes: long.MaxValue, _time);

    private SegmentObject Store(int number, int rowCount = 50, int dimensions = 8)
    {
        SegmentObject segment = new(number, rowCount, dimensions);
        _store.Put(segment.Identity.ObjectKey, segment.Bytes);
        return segment;
    }

    private async Task<SegmentHandle> OpenAsync(
        SegmentDiskCache cache, SegmentObject segment, CancellationToken cancellationToken = default) =>
        (await cache.OpenAsync(_store, segment.Identity, segment.Bytes.Length, opening: null, cancellationToken))!;

    /// <summary>Opens a segment, looks whether it is the right one, and leaves it.</summary>
    private async Task UseAsync(SegmentDiskCache cache, SegmentObject segment)
    {
        SegmentHandle handle = await OpenAsync(cache, segment);
        Assert.That(handle.Reader.GetSequence(0), Is.EqualTo(segment.Sequence));
        Assert.That(handle.Reader.Header.Identity, Is.EqualTo(segment.Identity));
        handle.Unpin();
        _time.Step();
    }

    /// <summary>A clock that goes on by a minute when told to.</summary>
    private sealed class StepTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        internal void Step() => _now += TimeSpan.FromMinutes(1);
    }
}
