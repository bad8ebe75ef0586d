using Tidepool.Index.Segments;
using Tidepool.Segments;
using Tidepool.Tests.Index.Segments;

namespace Tidepool.Tests.Core.Segments;

/// <summary>A segment as an object, with an identity of its own.</summary>
internal sealed class SegmentObject
{
    internal static readonly Guid Namespace = new("11111111-2222-3333-4444-555555555555");

    internal SegmentObject(int number, int rowCount = 50, int dimensions = 8)
    {
        Guid id = new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);
        Identity = new SegmentIdentity(Namespace, id, $"root/seg/{number}/data.tpvs");
        float[] vector = new float[dimensions];
        TestRows rows = new(Enumerable.Range(0, rowCount).Select(
            row => new TestRow(TestKey.Of(row), number, ("", vector))));
        SegmentSpec spec = new(Identity, [new SegmentVectorField("", dimensions)], []);
        SegmentBuilder builder = new(spec, [rows], [.. Enumerable.Range(0, rowCount).Select(
            row => new Tidepool.Index.Attributes.RowLocation(0, row))]);
        Bytes = TestSegment.Concatenate(builder.Build());
        Sequence = number;
    }

    internal SegmentIdentity Identity { get; }

    internal byte[] Bytes { get; }

    internal string FileName => CacheDirectory.GetFileName(Identity);

    /// <summary>The sequence of all its rows, which tells it from others.</summary>
    internal long Sequence { get; }
}
