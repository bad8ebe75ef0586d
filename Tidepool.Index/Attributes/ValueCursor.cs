namespace Tidepool.Index.Attributes;

/// <summary>Walks the values of a column that is gathered from several sources, in the order of the output.</summary>
internal abstract class ValueCursor
{
    /// <summary>Takes up to so many values that lie side by side; false at the end.</summary>
    internal abstract bool TryTake(int maxCount, out ValueRun run);
}
