namespace Tidepool.Tests.Torture;

/// <summary>Whether something is there, as far as the answers of the database tell: it is from the moment on in which
/// its maker is told so, or somebody sees it, until its end is acknowledged, or somebody misses it.</summary>
/// <remarks>One at a time makes and ends it; anybody may look. Not thread-safe.</remarks>
internal sealed class Lifetime(string name)
{
    private bool _wasAbsent;

    internal LifeState State { get; private set; }

    /// <summary>How often something was begun or ended. Who looks and finds another number afterwards has seen either.
    /// </summary>
    internal int Changes { get; private set; }

    internal void BeginMaking()
    {
        _wasAbsent = State == LifeState.Absent;
        State = LifeState.Beginning;
        Changes++;
    }

    /// <summary>Its maker was told that he made it, or that there is one already.</summary>
    internal string? EndMaking(bool isMade)
    {
        State = LifeState.There;
        Changes++;
        return isMade || !_wasAbsent ? null : $"{name} was refused, though there was none";
    }

    /// <summary>Its maker was told that he cannot have it, and that is so for ever.</summary>
    internal void GiveUpMaking()
    {
        State = LifeState.Absent;
        Changes++;
    }

    internal void BeginEnding()
    {
        State = LifeState.Ending;
        Changes++;
    }

    internal void EndEnding()
    {
        State = LifeState.Absent;
        Changes++;
    }

    /// <summary>Somebody looked, while nothing was begun or ended.</summary>
    internal string? See(bool isThere)
    {
        switch (State, isThere)
        {
            case (LifeState.Absent, true):
                return $"{name} is there, though its end was acknowledged, or nobody made it";
            case (LifeState.There, false):
                return $"{name} is not there, though it was made";
            case (LifeState.Beginning, true):
                State = LifeState.There;
                return null;
            case (LifeState.Ending, false):
                State = LifeState.Absent;
                return null;
            default:
                return null;
        }
    }
}
