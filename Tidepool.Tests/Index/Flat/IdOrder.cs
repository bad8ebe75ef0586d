using Tidepool.Index.Ranking;

namespace Tidepool.Tests.Index.Flat;

/// <summary>The order of the ids that rows were given.</summary>
internal sealed class IdOrder(int[] ids) : IRowOrder
{
    public int Compare(int ordinalA, int ordinalB) => ids[ordinalA].CompareTo(ids[ordinalB]);
}
