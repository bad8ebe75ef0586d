using NUnit.Framework;
using Tidepool.Index.Distance;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Index.Distance;

public sealed class CacheLineTests
{
    [Test]
    public void Align_FromAnyPlace_BeginsWithTheNextLine([Range(0, 15)] int offset)
    {
        // The memory begins with a page, so a line begins at every 16th float.
        using var memory = new GuardedMemory(100);
        Span<float> all = memory.AtStart(100);
        Span<float> buffer = all.Slice(offset, 20 + CacheLine.Floats - 1);

        Span<float> aligned = CacheLine.Align(buffer, 20);

        Assert.That(all.Overlaps(aligned, out int start), Is.True);
        Assert.That(start, Is.EqualTo(offset == 0 ? 0 : CacheLine.Floats));
        Assert.That(aligned.Length, Is.EqualTo(20));
    }
}
