using Tidepool.Index.Binary;
using Tidepool.Index.Distance;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Segments;

/// <summary>Which bytes of a segment reads will probably touch.</summary>
internal static class SegmentForecast
{
    /// <summary>How large a section may be to be fetched as a whole when a part of it is missing.</summary>
    private const long MaxWholeSectionBytes = 4 << 20;

    /// <summary>Adds the bytes that a search of a field's index will probably read.</summary>
    /// <param name="segment">The segment; the index's head must be there.</param>
    /// <param name="field">The field.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="factor">As in <see cref="ISearchForecast.TryForecast"/>.</param>
    /// <param name="ranges">Added to, in no order.</param>
    /// <returns>False when it cannot be told.</returns>
    internal static bool TryAdd(
        SegmentReader segment, string field, in IndexQuery query, double factor, List<ByteRange> ranges)
    {
        var needs = new SearchNeeds();
        IVectorIndex? index = segment.FindIndex(field);
        if (index is not ISearchForecast forecast || !forecast.TryForecast(query, factor, needs))
        {
            return false;
        }

        Metric metric = index.Settings.Metric;

        SegmentHeader header = segment.Header;
        int number = FindField(header, field);
        if (header.Find(SectionKind.IvfCodes, number) is { } codes)
        {
            ranges.AddRange(needs.Codes.Select(range => range with { Offset = codes.Offset + range.Offset }));
        }

        SegmentSection vectors = header.Find(SectionKind.Vectors, number)!.Value;
        SegmentSection norms = header.Find(SectionKind.Norms, number)!.Value;
        SegmentSection ids = header.Find(SectionKind.Ids)!.Value;
        int dimensions = header.Fields[number].Dimensions;
        foreach ((int first, int count) in needs.Rows)
        {
            ranges.Add(OfRows(vectors, first, count, dimensions * sizeof(float)));
            if (metric == Metric.Cosine)
            {
                ranges.Add(OfRows(norms, first, count, sizeof(float)));
            }

            ranges.Add(OfRows(ids, first, count, sizeof(ulong)));
            if (header.Find(SectionKind.StringTable) is { } texts)
            {
                ranges.Add(OfRows(texts, first, count + 1, sizeof(uint)));
            }
        }

        return true;
    }

    /// <summary>What finding documents by their id reads.</summary>
    internal static IEnumerable<ByteRange> OfKeys(SegmentHeader header) => header.Sections
        .Where(section => section.Kind is
            SectionKind.Ids or SectionKind.IdIndex or SectionKind.StringTable or SectionKind.Sequences)
        .Select(section => new ByteRange(section.Offset, section.Length));

    /// <summary>What reading the attributes of any few documents reads, if that is little; else nothing, since nobody
    /// knows yet which documents it will be.</summary>
    internal static IEnumerable<ByteRange> OfAttributes(SegmentHeader header) => header.Sections
        .Where(section => section.Kind is SectionKind.Attributes or SectionKind.Sequences or SectionKind.Padding
            && section.Length <= MaxWholeSectionBytes)
        .Select(section => new ByteRange(section.Offset, section.Length));

    /// <summary>What to fetch when bytes turned out to be missing: all of a small section, or just them.</summary>
    internal static ByteRange Widen(SegmentHeader header, ByteRange missing)
    {
        foreach (SegmentSection section in header.Sections)
        {
            if (missing.End > section.Offset && missing.End <= section.End && section.Length <= MaxWholeSectionBytes)
            {
                return new ByteRange(section.Offset, section.Length);
            }
        }

        return missing;
    }

    private static ByteRange OfRows(in SegmentSection section, int first, int count, int rowSizeBytes) =>
        new(section.Offset + ((long)first * rowSizeBytes), (long)count * rowSizeBytes);

    private static int FindField(SegmentHeader header, string name)
    {
        for (int field = 0; field < header.Fields.Length; field++)
        {
            if (header.Fields[field].Name == name)
            {
                return field;
            }
        }

        throw new ArgumentException($"The segment has no vector field '{name}'.", nameof(name));
    }
}
