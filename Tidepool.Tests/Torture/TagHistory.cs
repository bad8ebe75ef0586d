namespace Tidepool.Tests.Torture;

/// <summary>A tag: from its making to its end it is one state of the log, and every answer shows that one.</summary>
internal sealed class TagHistory(string name)
{
    private readonly Lifetime _life = new($"tag {name}");
    private long _floor;
    private long _sequence;
    private long _documents;
    private NamedState? _first;

    internal string Name => name;

    internal LifeState State => _life.State;

    internal int Changes => _life.Changes;

    /// <summary>Whether it is known of which position of the log it is.</summary>
    internal bool IsKnown => _sequence > 0;

    /// <param name="floor">The last write that is known to be acknowledged: the tag must have it.</param>
    internal void BeginMaking(long floor)
    {
        if (State == LifeState.Absent)
        {
            (_floor, _sequence, _documents, _first) = (floor, 0, 0, null);
        }

        _life.BeginMaking();
    }

    /// <param name="made">What its maker was told; null: that there is one already.</param>
    internal string? EndMaking((long Sequence, long Documents)? made) =>
        _life.EndMaking(made is not null) ?? (made is { } tag ? Note(tag.Sequence, tag.Documents) : null);

    internal void BeginDeleting() => _life.BeginEnding();

    internal void EndDeleting() => _life.EndEnding();

    /// <summary>What a list of all tags says of it; null: nothing.</summary>
    internal string? List((long Sequence, long Documents)? listed) =>
        _life.See(listed is not null) ?? (listed is { } tag ? Note(tag.Sequence, tag.Documents) : null);

    /// <summary>A read of the state that it keeps.</summary>
    /// <param name="found">What was found, of sequence 0 where the answer does not tell; null: that there is no such
    /// tag.</param>
    /// <param name="first">The state, if it was read for the first time: that of the log at that sequence.</param>
    internal string? Read(NamedState? found, out NamedState? first)
    {
        first = null;
        if (_life.See(found is not null) is { } wrong)
        {
            return wrong;
        }

        if (found is null)
        {
            return null;
        }

        if (Note(found.Sequence == 0 ? _sequence : found.Sequence, found.Documents.Count) is { } other)
        {
            return other;
        }

        if (_first is not null)
        {
            return _first.HasSame(found.Documents)
                ? null
                : $"tag {name} of {_sequence} was read as another state than before";
        }

        first = _first = found with { Sequence = _sequence };
        return null;
    }

    /// <summary>Holds what an answer says of the tag to what was known of it.</summary>
    private string? Note(long sequence, long documents)
    {
        if (_sequence == 0)
        {
            (_sequence, _documents) = (sequence, documents);
            return sequence < _floor ? $"tag {name} keeps {sequence}, though {_floor} was acknowledged before" : null;
        }

        return (sequence, documents) == (_sequence, _documents)
            ? null
            : $"tag {name} is {documents} documents at {sequence}, and was {_documents} at {_sequence}";
    }
}
