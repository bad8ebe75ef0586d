namespace Tidepool.Tests.Torture;

/// <summary>One atomic write of one or more documents, as a writer announced it before it began.</summary>
/// <param name="id">Unique over all processes of a run; every document of the write carries it.</param>
/// <param name="announcedAt">When, on the monotonic clock that the processes of one machine share.</param>
/// <param name="value">What a counter is set to; 0 for other keys.</param>
/// <param name="writes">The keys written, each with whether it is deleted.</param>
internal sealed class Operation(long id, long announcedAt, long value, (string Key, bool IsDelete)[] writes)
{
    internal long Id { get; } = id;

    internal long AnnouncedAt { get; } = announcedAt;

    internal long Value { get; } = value;

    internal IReadOnlyList<(string Key, bool IsDelete)> Writes { get; } = writes;

    /// <summary>Whose keys it is of: a successor takes over what its predecessor left in doubt.</summary>
    internal int Worker { get; init; }

    internal OperationState State { get; set; }

    /// <summary>Its place in the order of all writes, once acknowledged.</summary>
    internal long Sequence { get; set; }

    /// <summary>Whether a read has seen one of its documents.</summary>
    internal bool WasSeen { get; set; }

    /// <summary>Whether a document of a key, or its absence, can be of this write.</summary>
    internal bool Shows(string key, Observation? found)
    {
        (_, bool isDelete) = Writes.First(write => write.Key == key);
        return isDelete ? found is null : found == new Observation(Id, Value);
    }

    /// <summary>What a successor is told of it: its number, its value and its keys, deleted ones with a minus.
    /// </summary>
    internal string ToRequest() =>
        $"{Id} {Value} {string.Join(' ', Writes.Select(write => write.IsDelete ? write.Key + "-" : write.Key))}";

    public override string ToString() => $"write {Id} ({State}{(Sequence > 0 ? $", sequence {Sequence}" : "")})";
}
