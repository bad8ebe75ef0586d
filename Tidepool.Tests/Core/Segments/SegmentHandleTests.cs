using NUnit.Framework;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Segments;

namespace Tidepool.Tests.Core.Segments;

internal sealed class SegmentHandleTests
{
    private static readonly SegmentObject s_segment = new(1);

    [Test]
    public void Unpin_LastUser_ClosesOnce()
    {
        Closings closings = new();
        SegmentHandle handle = Open(closings);
        Assert.That(handle.TryPin(), Is.True);

        handle.Unpin();
        Assert.That(closings.Count, Is.Zero);
        handle.Unpin();

        Assert.That(closings.Count, Is.EqualTo(1));
        Assert.That(handle.TryPin(), Is.False);
        Assert.That(handle.Unpin, Throws.InvalidOperationException);
    }

    [Test]
    public void TryCallWhenClosed_LastUserLeaves_CallsEachOnce()
    {
        SegmentHandle handle = Open(new Closings());
        List<int> called = [];
        Assert.That(handle.TryCallWhenClosed(() => called.Add(1)), Is.True);
        Assert.That(handle.TryCallWhenClosed(() => called.Add(2)), Is.True);
        handle.TryPin();
        handle.Unpin();
        Assert.That(called, Is.Empty);

        handle.Unpin();

        Assert.That(called, Is.EqualTo([1, 2]));
    }

    [Test]
    public void TryCallWhenClosed_ClosedAlready_IsRefused()
    {
        SegmentHandle handle = Open(new Closings());
        handle.Unpin();

        Assert.That(handle.TryCallWhenClosed(() => Assert.Fail("called")), Is.False);
    }

    [Test]
    public void TryPin_WhileTheLastUserLeaves_NeverGetsAClosedSegment()
    {
        for (int round = 0; round < 200; round++)
        {
            Closings closings = new();
            SegmentHandle handle = Open(closings);
            Parallel.For(0, 4, user =>
            {
                if (user == 0)
                {
                    handle.Unpin();
                }
                else if (handle.TryPin())
                {
                    Assert.That(closings.Count, Is.Zero);
                    handle.Unpin();
                }
            });

            Assert.That(closings.Count, Is.EqualTo(1));
        }
    }

    [Test]
    public void Translate_Fault_NamesTheObject()
    {
        DataCorruptionException exception = Open(new Closings()).Translate(new SegmentFormatException("bad", 77));

        Assert.That(exception.ObjectKey, Is.EqualTo(s_segment.Identity.ObjectKey));
        Assert.That(exception.Message, Is.EqualTo($"{s_segment.Identity.ObjectKey}, byte 77: bad."));
    }

    private static SegmentHandle Open(Closings closings) =>
        new(SegmentReader.Open(new MemoryByteSource(s_segment.Bytes), s_segment.Identity), closings);

    private sealed class Closings : IDisposable
    {
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        public void Dispose() => Interlocked.Increment(ref _count);
    }
}
