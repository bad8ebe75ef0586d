using System.Collections.Immutable;
using Tidepool.Index.Attributes;

namespace Tidepool.Index.Segments;

/// <summary>The rows of a segment to be built, in the order that its indexes want, and those indexes.</summary>
/// <param name="Order">Which row gets which ordinal; padding where none does.</param>
/// <param name="Sections">The indexes' sections.</param>
/// <param name="Memory">What the sections lie in outside the heap; freed when this is disposed.</param>
internal sealed record SegmentIndexing(
    RowLocation[] Order, ImmutableArray<IndexSection> Sections, ImmutableArray<IDisposable> Memory) : IDisposable
{
    /// <summary>Rows without an index.</summary>
    internal SegmentIndexing(RowLocation[] order)
        : this(order, [], [])
    {
    }

    public void Dispose()
    {
        foreach (IDisposable owner in Memory)
        {
            owner.Dispose();
        }
    }
}
