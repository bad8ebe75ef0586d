using Tidepool.Index.Ranking;
using Tidepool.Index.Rows;

namespace Tidepool.Querying;

/// <summary>Orders a source's rows by id, which decides between equal distances.</summary>
internal sealed class SourceOrder : IRowOrder
{
    internal IRowSource? Rows { get; set; }

    public int Compare(int left, int right) => Rows!.GetKey(left).CompareTo(Rows.GetKey(right));
}
