using System.Buffers;
using NUnit.Framework;
using Tidepool.Engine;
using Tidepool.Index.Rows;
using Tidepool.Manifests;
using Tidepool.Model;
using Tidepool.Snapshots;
using Tidepool.Wal;

namespace Tidepool.Tests.Core.Engine;

/// <summary>Who may still read the memtable's vectors after a flush, and when their memory is given back.</summary>
internal sealed class LiveStateTests
{
    private static readonly Guid s_namespace = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    private LiveState _state = null!;

    [SetUp]
    public void ApplyAnEntry()
    {
        _state = new LiveState(MakeSegments(Manifest.CreateEmpty(s_namespace, NamespaceSchema.Empty)));
        _state.Apply(MakeEntry(sequence: 1, value: 7));
    }

    [TearDown]
    public void CloseState() => _state.Close();

    [Test]
    public void TryAdopt_AReaderOfTheStateBefore_KeepsItsVectorsUntilItLeaves()
    {
        Snapshot reader = _state.PinCurrent();
        Snapshot other = _state.PinCurrent();
        VectorColumn vectors = GetVectors(reader, chunk: 0);

        Assert.That(Flush(through: 1), Is.True);
        other.Unpin();
        _state.Apply(MakeEntry(sequence: 2, value: 9)); // Would be written where the memory was used again.

        Assert.That(vectors.GetVector(0).ToArray(), Is.EqualTo(new float[] { 7, 7 }));
        reader.Unpin();
        Assert.That(() => vectors.GetVector(0).Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void TryAdopt_NoReader_GivesTheFlushedVectorsBack()
    {
        VectorColumn vectors = GetVectors(_state.Current, chunk: 0);

        Flush(through: 1);

        Assert.That(() => vectors.GetVector(0).Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(_state.PinCurrent().Chunks, Is.Empty);
    }

    [Test]
    public void TryAdopt_RowsBehindTheFloor_StayUntilTheyAreFlushed()
    {
        _state.SealAndPin().Unpin();
        _state.Apply(MakeEntry(sequence: 2, value: 9));
        VectorColumn flushed = GetVectors(_state.Current, chunk: 0);
        VectorColumn kept = GetVectors(_state.Current, chunk: 1);

        Flush(through: 1);

        Assert.That(() => flushed.GetVector(0).Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(kept.GetVector(0).ToArray(), Is.EqualTo(new float[] { 9, 9 }));
        Assert.That(GetVectors(_state.Current, chunk: 0), Is.SameAs(kept));
        Flush(through: 2);
        Assert.That(() => kept.GetVector(0).Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void TryAdopt_ReadersOfSeveralStates_KeepAChunkUntilTheLastLeaves()
    {
        Snapshot first = _state.PinCurrent();
        Flush(through: 0); // A compaction: the memtable is replaced, its rows stay.
        Snapshot second = _state.PinCurrent();
        VectorColumn vectors = GetVectors(first, chunk: 0);
        Flush(through: 1);

        first.Unpin();
        Assert.That(vectors.GetVector(0).ToArray(), Is.EqualTo(new float[] { 7, 7 }));
        second.Unpin();
        Assert.That(() => vectors.GetVector(0).Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void TryPin_WhatNobodyReadsAnyMore_IsRefused()
    {
        Snapshot before = _state.Current;
        SegmentSet segments = _state.AcquireSegments(); // Its segments are still there.

        Flush(through: 1);

        Assert.That(before.TryPin(), Is.False);
        segments.Release();
    }

    [Test]
    public void AcquireSegments_HeldOverAFlush_KeepsNoVectors()
    {
        VectorColumn vectors = GetVectors(_state.Current, chunk: 0);
        SegmentSet segments = _state.AcquireSegments();

        Flush(through: 1);

        Assert.That(() => vectors.GetVector(0).Length, Throws.InstanceOf<ObjectDisposedException>());
        segments.Release();
    }

    [Test]
    public void Reset_AReader_KeepsItsVectorsUntilItLeaves()
    {
        Snapshot reader = _state.PinCurrent();
        VectorColumn vectors = GetVectors(reader, chunk: 0);

        _state.Reset(MakeSegments(Manifest.CreateEmpty(s_namespace, NamespaceSchema.Empty)));

        Assert.That(vectors.GetVector(0).ToArray(), Is.EqualTo(new float[] { 7, 7 }));
        reader.Unpin();
        Assert.That(() => vectors.GetVector(0).Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Close_AReader_KeepsItsVectorsUntilItLeaves()
    {
        Snapshot reader = _state.PinCurrent();
        VectorColumn vectors = GetVectors(reader, chunk: 0);

        _state.Close();

        Assert.That(vectors.GetVector(0).ToArray(), Is.EqualTo(new float[] { 7, 7 }));
        reader.Unpin();
        Assert.That(() => vectors.GetVector(0).Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    /// <summary>Goes on from a next manifest with a floor, as after a flush or, with the same floor, a compaction.
    /// </summary>
    private bool Flush(long through)
    {
        Manifest before = _state.Current.Segments.Manifest;
        return _state.TryAdopt(MakeSegments(before with
        {
            Generation = before.Generation + 1,
            Floor = new LogPosition(through, default),
        }));
    }

    private static VectorColumn GetVectors(Snapshot snapshot, int chunk) => snapshot.Chunks[chunk].GetVectors("")!;

    private static SegmentSet MakeSegments(Manifest manifest) => new(manifest, [], []);

    private static WalEntry MakeEntry(long sequence, float value)
    {
        var payload = new ArrayBufferWriter<byte>();
        var encoder = new BatchEncoder();
        encoder.Begin(NamespaceSchema.Empty, NamespaceSchema.Empty, payload);
        encoder.Upsert(new Document(sequence) { Vector = new[] { value, value } });
        encoder.Complete();
        return new WalEntry
        {
            Kind = WalEntryKind.Data,
            NamespaceId = s_namespace,
            Position = new LogPosition(sequence, default),
            PreviousHash = default,
            WriterId = s_namespace,
            Batches = [new WalBatch(s_namespace, Flags: 0, payload.WrittenMemory)],
            SizeBytes = payload.WrittenCount,
        };
    }
}
