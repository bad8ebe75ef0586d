namespace Tidepool.Tests.Simulation;

/// <summary>The log's protocol as a machine of states: writers, puts that come late or twice, a compactor, a collector
/// of garbage, a strong reader, and a drop. docs/protocol.md says what is modelled and what is not.</summary>
/// <remarks>Every step is atomic and may happen at any time; time passes in ticks of the store's clock, without end.
/// </remarks>
internal sealed class WalModel(WalModelConfig config)
{
    private readonly WalModelMutant _mutant = config.Mutant;
    private readonly List<WalModelState> _next = [];

    internal WalModelState Start
    {
        get
        {
            WalModelState start = default;
            for (int i = 0; i < config.Writers; i++)
            {
                start = start.WithWriter(
                    i, new WalModelWriter(0, 0, WalModelPhase.Idle, 0, config.BatchesPerWriter, IsTried: false));
            }

            return start;
        }
    }

    /// <summary>All states that can follow; the list is reused.</summary>
    internal List<WalModelState> Step(WalModelState state)
    {
        _next.Clear();
        _next.Add(state.Later(config.Window));
        Compact(state);
        Collect(state);
        Deliver(state);
        for (int i = 0; i < config.Writers; i++)
        {
            StepWriter(state, i, state.Writer(i));
        }

        if (config.HasReader)
        {
            StepReader(state);
        }

        return _next;
    }

    /// <summary>What is wrong with a state, or null.</summary>
    internal static WalModelViolation? Judge(WalModelState state)
    {
        Span<int> counts = stackalloc int[8];
        for (int slot = 1; slot <= state.Head(); slot++)
        {
            counts[state.TrueEntry(slot)]++;
        }

        for (int batch = 1; batch <= 4; batch++)
        {
            if (counts[batch] > 1)
            {
                return WalModelViolation.AppliedTwice;
            }

            if (state.IsAcked(batch) && counts[batch] == 0)
            {
                return WalModelViolation.AcknowledgedLost;
            }
        }

        // What processes did wrongly in the step before is kept as an impossible head.
        return state.ReaderHead == BadRead ? WalModelViolation.StaleRead
            : state.ReaderHead == BadApply || state.Writer(0).Head == BadApply || state.Writer(1).Head == BadApply
                ? WalModelViolation.AppliedAGhost
            : null;
    }

    private const int BadRead = 7;
    private const int BadApply = 6;

    private bool IsFresh(int confirmed) => confirmed < config.Window;

    private void Compact(WalModelState state)
    {
        if (state.IsWiped || state.DropAge >= 0)
        {
            return;
        }

        int head = state.Head();
        WalModelState next = state;
        for (int floor = state.TrueFloor() + 1; floor <= head; floor++)
        {
            next = next.WithHistory(floor, state.Object(floor));
            _next.Add(next.WithManifest(floor, 0));
        }

        if (config.HasDrop && head < config.Slots)
        {
            // By somebody who is up to date; the record follows at once, though it could come later.
            _next.Add(state.WithObject(head + 1, WalModelState.Drop).WithDropped(0));
        }
    }

    private void Collect(WalModelState state)
    {
        int deletable = _mutant switch
        {
            WalModelMutant.DeleteWithoutGrace => state.TrueFloor(),
            WalModelMutant.DeleteByObjectAge => state.Elapsed >= config.Window ? state.TrueFloor() : 0,
            _ => OldFloor(state),
        };
        for (int slot = 1; slot <= deletable && !state.IsWiped; slot++)
        {
            if (state.Object(slot) != 0)
            {
                _next.Add(state.WithObject(slot, 0));
            }
        }

        if (state.DropAge >= config.Window && !state.IsWiped)
        {
            WalModelState wiped = state;
            for (int slot = state.TrueFloor() + 1; slot <= state.Head(); slot++)
            {
                wiped = wiped.WithHistory(slot, state.Object(slot));
            }

            _next.Add(wiped.Wiped());
        }
    }

    /// <summary>The floor of the newest manifest that has been there for the grace window.</summary>
    private int OldFloor(WalModelState state)
    {
        for (int floor = WalModelState.MaxSlots; floor > 0; floor--)
        {
            if (state.ManifestAge(floor) >= config.Window)
            {
                return floor;
            }
        }

        return 0;
    }

    private void Deliver(WalModelState state)
    {
        for (int slot = 1; slot <= config.Slots; slot++)
        {
            for (int batch = 1; batch <= 4; batch++)
            {
                if (state.IsDelayed(slot, batch))
                {
                    WalModelState next = state.WithDelayed(slot, batch, isDelayed: false);
                    _next.Add(next);
                    if (state.Object(slot) == 0)
                    {
                        _next.Add(next.WithObject(slot, batch));
                    }
                }
            }
        }
    }

    private void StepWriter(WalModelState state, int number, WalModelWriter writer)
    {
        switch (writer.Phase)
        {
            case WalModelPhase.Idle:
                StepIdle(state, number, writer);
                break;
            case WalModelPhase.Putting:
            case WalModelPhase.InDoubt:
                StepPut(state, number, writer);
                break;
            case WalModelPhase.Created:
                StepCreated(state, number, writer);
                break;
        }
    }

    private void StepIdle(WalModelState state, int number, WalModelWriter writer)
    {
        int next = writer.Head + 1;
        if (next <= config.Slots)
        {
            bool mayApply = _mutant == WalModelMutant.ApplyWithoutWindow;
            bool mayConfirm = _mutant == WalModelMutant.ProbeWithoutWindow;
            bool isHit = state.Object(next) != 0;
            if (MustStop(state, writer.Confirmed))
            {
                Stop(state, number, writer);
            }
            else if (CanTrust(state, writer.Head, writer.Confirmed) || (isHit ? mayApply : mayConfirm))
            {
                _next.Add(state.WithWriter(number, isHit
                    ? Apply(state, writer)
                    : writer with { Confirmed = 0 }));
            }
        }

        int floor = state.VisibleFloor();
        if (floor > writer.Head || !IsFresh(writer.Confirmed))
        {
            Reopen(state, number, writer, isDone: false);
        }

        if (writer.Left > 0 && next <= config.Slots)
        {
            _next.Add(state.WithWriter(
                number, writer with { Phase = WalModelPhase.Putting, Issued = 0, IsTried = false }));
        }
    }

    private void StepPut(WalModelState state, int number, WalModelWriter writer)
    {
        int slot = writer.Head + 1;
        int batch = BatchOf(number, writer);
        bool isInDoubt = writer.Phase == WalModelPhase.InDoubt;
        int found = state.Object(slot);
        if (found == 0)
        {
            WalModelState created = state.WithObject(slot, batch);
            _next.Add(created.WithWriter(number, writer with { Phase = WalModelPhase.Created }));
            if (!writer.IsTried)
            {
                _next.Add(created.WithWriter(
                    number, writer with { Phase = WalModelPhase.InDoubt, IsTried = true }));
            }
        }
        else if (found == batch && _mutant != WalModelMutant.NoOwnCheck)
        {
            _next.Add(state.WithWriter(number, writer with { Phase = WalModelPhase.Created }));
        }
        else
        {
            Lose(state, number, writer, isInDoubt);
        }

        if (!writer.IsTried)
        {
            _next.Add(state.WithDelayed(slot, batch, isDelayed: true)
                .WithWriter(number, writer with { Phase = WalModelPhase.InDoubt, IsTried = true }));
        }

        if (isInDoubt)
        {
            bool isDone = _mutant != WalModelMutant.LeaveSlotInDoubt;
            _next.Add(state.WithWriter(number, writer.ToIdle(writer.Head, writer.Confirmed, isDone)));
            if (!isDone)
            {
                _next.Add(state.WithWriter(number, writer.ToIdle(writer.Head, writer.Confirmed, isDone: true)));
            }
        }
    }

    /// <summary>The slot holds another batch. What that proves depends on whether the slot is genuine.</summary>
    private void Lose(WalModelState state, int number, WalModelWriter writer, bool isInDoubt)
    {
        if (MustStop(state, writer.Confirmed))
        {
            Stop(state, number, writer);
        }
        else if (CanTrust(state, writer.Head, writer.Confirmed))
        {
            _next.Add(state.WithWriter(number, Apply(state, writer)));
        }
        else
        {
            bool isKnownLost = !isInDoubt || _mutant == WalModelMutant.ConditionFailedIsLost;
            Reopen(state, number, writer, isDone: !isKnownLost);
        }
    }

    private void StepCreated(WalModelState state, int number, WalModelWriter writer)
    {
        int slot = writer.Head + 1;
        int batch = BatchOf(number, writer);
        bool isProven = _mutant switch
        {
            WalModelMutant.NoCheckAfterCreate => true,
            WalModelMutant.AlwaysCheck => false,
            _ => IsFresh(writer.Confirmed),
        };
        if (isProven)
        {
            _next.Add(state.WithAcked(batch).WithWriter(
                number, writer.ToIdle(slot, Math.Min(writer.Confirmed, writer.Issued), isDone: true)));
        }
        else if (MustStop(state, writer.Confirmed, isChecked: true))
        {
            Stop(state, number, writer);
        }
        else if (state.VisibleFloor() < slot && state.Object(slot) == batch)
        {
            _next.Add(state.WithAcked(batch).WithWriter(number, writer.ToIdle(slot, 0, isDone: true)));
        }
        else
        {
            Reopen(state, number, writer, isDone: _mutant != WalModelMutant.RetryAfterGhost);
        }
    }

    private void StepReader(WalModelState state)
    {
        int head = state.ReaderHead;
        int confirmed = state.ReaderConfirmed;
        int next = head + 1;
        bool isHit = next <= config.Slots && state.Object(next) != 0;
        if (MustStop(state, confirmed))
        {
            return; // It says that the namespace is gone.
        }

        bool mayApply = _mutant == WalModelMutant.ApplyWithoutWindow;
        bool mayAnswer = _mutant == WalModelMutant.ReadWithoutWindow;
        if (CanTrust(state, head, confirmed) || (isHit ? mayApply : mayAnswer))
        {
            if (isHit)
            {
                bool isTrue = state.Object(next) == state.TrueEntry(next);
                _next.Add(state.WithReader(isTrue ? next : BadApply, confirmed));
            }
            else
            {
                _next.Add(state.WithReader(IsStale(state, head) ? BadRead : head, 0));
            }
        }

        bool isGone = state.DropAge >= 0 && _mutant != WalModelMutant.NoDropCheck; // Who opens it asks.
        if (!isGone && (state.VisibleFloor() > head || !IsFresh(confirmed)))
        {
            _next.Add(state.WithReader(state.VisibleFloor(), 0));
        }
    }

    /// <summary>Whether an answer at a head would miss something acknowledged.</summary>
    private static bool IsStale(WalModelState state, int head)
    {
        for (int slot = head + 1; slot <= state.Head(); slot++)
        {
            int batch = state.TrueEntry(slot);
            if (batch is >= 1 and <= 4 && state.IsAcked(batch))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Fresh, or checked: no manifest has a floor above the head.</summary>
    private bool CanTrust(WalModelState state, int head, int confirmed) =>
        IsFresh(confirmed) || state.VisibleFloor() <= head;

    /// <summary>Whether the check that must be made finds that the namespace was dropped.</summary>
    private bool MustStop(WalModelState state, int confirmed, bool isChecked = false) =>
        state.DropAge >= 0 && (isChecked || !IsFresh(confirmed)) && _mutant != WalModelMutant.NoDropCheck;

    private static WalModelWriter Apply(WalModelState state, WalModelWriter writer)
    {
        int slot = writer.Head + 1;
        int found = state.Object(slot);
        return found != state.TrueEntry(slot) ? writer.ToIdle(BadApply, 0, isDone: false)
            : found == WalModelState.Drop ? writer.ToIdle(slot, writer.Confirmed, false) with
            {
                Phase = WalModelPhase.Stopped,
            }
            : writer.ToIdle(slot, writer.Confirmed, isDone: false);
    }

    private void Stop(WalModelState state, int number, WalModelWriter writer) =>
        _next.Add(state.WithWriter(
            number, writer.ToIdle(writer.Head, writer.Confirmed, false) with { Phase = WalModelPhase.Stopped }));

    /// <summary>Starts again from the newest manifest.</summary>
    private void Reopen(WalModelState state, int number, WalModelWriter writer, bool isDone)
    {
        if (state.DropAge >= 0 && _mutant != WalModelMutant.NoDropCheck)
        {
            Stop(state, number, writer);
            return;
        }

        _next.Add(state.WithWriter(number, writer.ToIdle(state.VisibleFloor(), 0, isDone)));
    }

    private int BatchOf(int number, WalModelWriter writer) => (number * config.BatchesPerWriter) + writer.Left;
}
