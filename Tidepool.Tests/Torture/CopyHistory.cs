namespace Tidepool.Tests.Torture;

/// <summary>A copy of the namespace: it begins as one state of the log, and from then on only its keeper changes it.
/// </summary>
internal sealed class CopyHistory(string name)
{
    private readonly Lifetime _life = new($"copy {name}");
    private readonly List<NamedState> _states = [];
    private long _floor;

    internal string Name => name;

    internal LifeState State => _life.State;

    /// <summary>Whether it is known for certain what is in it, or was when it was dropped.</summary>
    internal bool IsKnown => _states.Count == 1;

    /// <summary>Whether what is being made is the copy that was dropped.</summary>
    internal bool IsBeingUndeleted { get; private set; }

    /// <summary>The keys in it, where that is known.</summary>
    internal IReadOnlyCollection<string> Keys => _states[0].Documents.Keys;

    /// <param name="floor">The last write to the namespace that is known to be acknowledged: the copy must have it.
    /// </param>
    internal void BeginMaking(long floor)
    {
        if (State == LifeState.Absent)
        {
            _floor = floor;
            _states.Clear();
        }

        IsBeingUndeleted = false;
        _life.BeginMaking();
    }

    /// <param name="isMade">What its maker was told; false: that there is one already.</param>
    internal string? EndMaking(bool isMade) => _life.EndMaking(isMade);

    /// <summary>Brings it back as it was when it was dropped; in time, perhaps.</summary>
    internal void BeginUndeleting()
    {
        IsBeingUndeleted = true;
        _life.BeginMaking();
    }

    internal void EndUndeleting(bool isBack)
    {
        if (isBack)
        {
            _life.EndMaking(isMade: true);
        }
        else
        {
            _life.GiveUpMaking();
        }
    }

    internal void BeginDropping() => _life.BeginEnding();

    internal void EndDropping() => _life.EndEnding();

    /// <summary>Whether it is there, as a list of all namespaces says.</summary>
    internal string? List(bool isListed) => _life.See(isListed);

    /// <summary>From now on the write may show, whole or not at all. What is in the copy is known.</summary>
    internal void BeginWriting(long operation, IEnumerable<(string Key, bool IsDelete)> writes)
    {
        NamedState before = _states.Single();
        Dictionary<string, Observation> documents = new(before.Documents);
        foreach ((string key, bool isDelete) in writes)
        {
            if (isDelete)
            {
                documents.Remove(key);
            }
            else
            {
                documents[key] = new Observation(operation, Value: 0);
            }
        }

        _states.Add(new NamedState(before.Sequence, documents));
    }

    /// <summary>The keeper was told that its write is durable.</summary>
    internal void EndWriting() => _states.RemoveAt(0);

    /// <summary>Everything that is in it.</summary>
    /// <param name="found">What was found; null: that there is no such namespace.</param>
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

        if (_states.Count == 0)
        {
            _states.Add(first = found);
            return found.Sequence < _floor
                ? $"copy {name} is of {found.Sequence}, though {_floor} was acknowledged before" : null;
        }

        _states.RemoveAll(state => !state.HasSame(found.Documents));
        if (_states.Count == 0)
        {
            _states.Add(found); // Complain once.
            return $"copy {name} is neither as it was, nor as the writes to it make it";
        }

        return null;
    }
}
