using NUnit.Framework;
using Tidepool.Engine;
using Tidepool.Index.Binary;

namespace Tidepool.Tests.Core.Engine;

[TestFixture]
internal sealed class FaultTranslationTests
{
    [Test]
    public void Translate_DamageMetWhileSorting_IsDataCorruption()
    {
        int[] rows = [3, 1, 2];
        Exception? thrown = Assert.Catch(() => Array.Sort(
            rows, (_, _) => throw new SegmentFormatException("a block is damaged", 7)));

        Assert.That(FaultTranslation.IsInner(thrown!), Is.True);
        Assert.That(FaultTranslation.Translate(thrown!), Is.TypeOf<DataCorruptionException>());
    }

    [Test]
    public void Translate_MistakeOfACaller_StaysWhatItIs()
    {
        var mistake = new InvalidOperationException("closed");

        Assert.That(FaultTranslation.IsInner(mistake), Is.False);
        Assert.That(FaultTranslation.Translate(mistake), Is.SameAs(mistake));
    }
}
