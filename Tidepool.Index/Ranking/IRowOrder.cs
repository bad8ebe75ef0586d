namespace Tidepool.Index.Ranking;

/// <summary>An order of rows that breaks ties between equal distances: the order of their documents' ids.</summary>
internal interface IRowOrder
{
    /// <summary>Negative when row a comes before row b, positive when after; zero for one and the same row.</summary>
    int Compare(int ordinalA, int ordinalB);
}
