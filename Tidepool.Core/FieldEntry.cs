namespace Tidepool;

/// <summary>A field of a document and its value.</summary>
internal struct FieldEntry<TValue>(string name, TValue value)
{
    internal readonly string Name = name;
    internal TValue Value = value;
}
