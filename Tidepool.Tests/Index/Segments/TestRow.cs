using Tidepool.Index.Attributes;

namespace Tidepool.Tests.Index.Segments;

/// <summary>A row of a test: what a segment must give back.</summary>
/// <param name="Key">The document's key.</param>
/// <param name="Sequence">The write that made it.</param>
/// <param name="Vectors">Vectors by field; a field that is not there is missing.</param>
internal sealed record TestRow(TestKey Key, long Sequence, params (string Field, float[] Vector)[] Vectors)
{
    internal (string Name, ColumnValue Value)[] Attributes { get; init; } = [];

    internal ColumnValue GetAttribute(string name) =>
        Array.Find(Attributes, attribute => attribute.Name == name).Value;

    internal float[]? GetVector(string field) =>
        Array.Find(Vectors, vector => vector.Field == field).Vector;

    internal static float Norm(float[] vector) =>
        (float)Math.Sqrt(vector.Sum(value => (double)value * value));
}
