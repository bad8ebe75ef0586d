namespace Tidepool;

/// <summary>The levels of <see cref="ReadConsistency"/>.</summary>
internal enum ReadConsistencyKind
{
    Strong,
    Bounded,
    Eventual,
    AtLeast,
    AsOfSequence,
    AsOfTime,
    AsOfTag,
}
