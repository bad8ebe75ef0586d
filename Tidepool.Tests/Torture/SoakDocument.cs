namespace Tidepool.Tests.Torture;

/// <summary>The documents of a soak: every field follows from the id and the version.</summary>
internal static class SoakDocument
{
    internal const int Dimensions = 128;
    internal const int Years = 200;

    private const int TextLength = 100;

    /// <summary>Vector, id, version, year and text.</summary>
    internal const int SizeBytes = (Dimensions * sizeof(float)) + (3 * sizeof(long)) + TextLength;

    internal static Document Create(long id, long version) => new(id)
    {
        Vector = VectorOf(id, version),
        ["version"] = version,
        ["year"] = YearOf(version),
        ["text"] = $"{id}.{version}.".PadRight(TextLength, 'x'),
    };

    internal static long YearOf(long version) => version % Years;

    internal static float[] VectorOf(long id, long version)
    {
        Random random = new(HashCode.Combine(id, version));
        return [.. Enumerable.Range(0, Dimensions).Select(_ => random.NextSingle() - 0.5f)];
    }
}
