namespace Tidepool.Index.Rows;

/// <summary>Threads lent to the building of an index; Index owns none.</summary>
internal interface IWorkers
{
    /// <summary>How many parts may run at once; at least 1.</summary>
    int Count { get; }

    /// <summary>Runs a body for each of the parts 0 to partCount - 1, in any order, and returns when all are
    /// done.</summary>
    /// <remarks>What a body throws is thrown to the caller. Results must not depend on which thread ran which
    /// part.</remarks>
    void Run(int partCount, Action<int> body);
}
