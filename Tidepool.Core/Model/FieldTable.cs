namespace Tidepool.Model;

/// <summary>The fields that a batch uses, by name, numbered in order of appearance.</summary>
/// <remarks>Documents of a batch mostly have the same fields in the same order, so a caller says which number it
/// expects and mostly gets it for one comparison.</remarks>
internal sealed class FieldTable<TField>
{
    private const int MaxSearchedCount = 16;

    private readonly List<string> _names = [];
    private readonly List<TField> _fields = [];
    private readonly Dictionary<string, int> _ordinals = new(StringComparer.Ordinal); // Only above MaxSearchedCount.

    internal IReadOnlyList<TField> Fields => _fields;

    internal int Count => _fields.Count;

    internal TField this[int ordinal] => _fields[ordinal];

    internal void Clear()
    {
        _names.Clear();
        _fields.Clear();
        _ordinals.Clear();
    }

    internal int Add(string name, TField field)
    {
        _names.Add(name);
        _fields.Add(field);
        if (_names.Count > MaxSearchedCount)
        {
            for (int i = _ordinals.Count; i < _names.Count; i++)
            {
                _ordinals.Add(_names[i], i);
            }
        }

        return _fields.Count - 1;
    }

    /// <summary>The number of a field; -1 if the batch has not used it yet.</summary>
    internal int Find(string name, int expected)
    {
        if (expected < _names.Count && _names[expected] == name)
        {
            return expected;
        }

        return _names.Count > MaxSearchedCount ? _ordinals.GetValueOrDefault(name, -1) : _names.IndexOf(name);
    }
}
