namespace Tidepool.Model;

/// <summary>A field's number in a batch, and which entry of the document at hand is its value.</summary>
internal readonly record struct FieldUse(int Ordinal, int Entry) : IComparable<FieldUse>
{
    public int CompareTo(FieldUse other) => Ordinal.CompareTo(other.Ordinal);
}
