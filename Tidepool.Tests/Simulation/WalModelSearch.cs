using System.Text;

namespace Tidepool.Tests.Simulation;

/// <summary>Visits every state that a model can reach, nearest first.</summary>
internal sealed class WalModelSearch(WalModelConfig config)
{
    /// <summary>More states than this are not searched: a test must not eat the machine.</summary>
    internal const int MaxStates = 6_000_000;

    private readonly WalModel _model = new(config);
    private readonly HashSet<WalModelState> _seen = [];
    private readonly List<WalModelState> _states = [];
    private readonly List<int> _parents = [];

    internal int StateCount => _states.Count;

    /// <summary>The first violation found, or null when the whole space was searched without one.</summary>
    internal WalModelViolation? Run()
    {
        Add(_model.Start, parent: -1);
        for (int i = 0; i < _states.Count; i++)
        {
            if (WalModel.Judge(_states[i]) is { } violation)
            {
                Trace = Describe(i);
                return violation;
            }

            if (_states.Count > MaxStates)
            {
                throw new InvalidOperationException($"More than {MaxStates} states.");
            }

            foreach (WalModelState next in _model.Step(_states[i]))
            {
                Add(next, i);
            }
        }

        return null;
    }

    /// <summary>The states on the way to the violation.</summary>
    internal string Trace { get; private set; } = "";

    private void Add(WalModelState state, int parent)
    {
        if (_seen.Add(state))
        {
            _states.Add(state);
            _parents.Add(parent);
        }
    }

    private string Describe(int index)
    {
        var lines = new Stack<string>();
        for (; index >= 0; index = _parents[index])
        {
            lines.Push(Describe(_states[index]));
        }

        return string.Join('\n', lines);
    }

    private string Describe(WalModelState state)
    {
        var text = new StringBuilder($"slots=");
        for (int slot = 1; slot <= config.Slots; slot++)
        {
            text.Append(state.Object(slot));
        }

        text.Append(" consumed=");
        for (int slot = 1; slot <= state.TrueFloor(); slot++)
        {
            text.Append(state.History(slot));
        }

        for (int i = 0; i < config.Writers; i++)
        {
            WalModelWriter writer = state.Writer(i);
            text.Append($" w{i}=({writer.Head} c{writer.Confirmed} {writer.Phase} left {writer.Left})");
        }

        text.Append(" acked=");
        for (int batch = 1; batch <= 4; batch++)
        {
            text.Append(state.IsAcked(batch) ? batch : "");
        }

        text.Append(" delayed=");
        for (int key = 0; key < 16; key++)
        {
            text.Append(state.IsDelayed((key / 4) + 1, (key % 4) + 1) ? $"{(key % 4) + 1}@{(key / 4) + 1} " : "");
        }

        return text.Append($" r=({state.ReaderHead} c{state.ReaderConfirmed}) dropped={state.DropAge}").ToString();
    }
}
