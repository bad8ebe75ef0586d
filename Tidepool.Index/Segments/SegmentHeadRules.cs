using Tidepool.Index.Binary;

namespace Tidepool.Index.Segments;

/// <summary>What must hold between the parts of a segment's head.</summary>
/// <remarks>
/// Sections lie one after the other, each at the first aligned offset, up to the block table: a directory that passes
/// accounts for every byte, so no section can overlap another or reach outside.
/// </remarks>
internal static class SegmentHeadRules
{
    internal static void Check(SegmentHeader header, int headSizeBytes)
    {
        CheckCounts(header);
        CheckPlaces(header, headSizeBytes);
        CheckFields(header);
        CheckSections(header);
        CheckPresent(header);
    }

    private static void CheckCounts(SegmentHeader header)
    {
        bool isPadded = header.Flags.HasFlag(SegmentFlags.Padded);
        Require((header.Flags & ~SegmentFlags.All) == 0, $"flags {header.Flags:X} are not all known");
        Require(
            isPadded == header.DocumentCount < header.RowCount,
            $"{header.DocumentCount} documents in {header.RowCount} ordinals contradict flags {header.Flags}");
        Require(
            (header.Flags & (SegmentFlags.IntegerIds | SegmentFlags.TextIds)) != 0, "ids are of no kind");
        Require(
            header.FirstSequence >= 0 && header.FirstSequence <= header.LastSequence,
            $"sequences {header.FirstSequence} to {header.LastSequence} are no range");
        bool isIdRange = header.Flags.HasFlag(SegmentFlags.IntegerIds)
            ? header.MinIntegerId <= header.MaxIntegerId
            : header.MinIntegerId == 0 && header.MaxIntegerId == 0;
        Require(isIdRange, $"integer ids {header.MinIntegerId} to {header.MaxIntegerId} are no range");
    }

    private static void CheckPlaces(SegmentHeader header, int headSizeBytes)
    {
        long end = headSizeBytes;
        SectionKind? previous = null;
        foreach (SegmentSection section in header.Sections)
        {
            Require(
                section.Offset == SegmentFormat.GetStart(section.Kind, end, previous),
                $"section {section.Kind} is at {section.Offset}, but the one before ends at {end}");
            Require(
                SegmentFormat.IsIndex(section.Kind) || !(previous is { } before && SegmentFormat.IsIndex(before)),
                $"section {section.Kind} follows that of an index");
            end = section.End;
            previous = section.Kind;
        }

        Require(
            header.BlockTableOffset == SegmentFormat.Align(end),
            $"the block table is at {header.BlockTableOffset}, but the last section ends at {end}");
    }

    private static void CheckFields(SegmentHeader header)
    {
        HashSet<string> names = [];
        foreach (SegmentVectorField field in header.Fields)
        {
            Require(names.Add(field.Name), $"vector field '{field.Name}' is there twice");
        }
    }

    private static void CheckSections(SegmentHeader header)
    {
        HashSet<(SectionKind Kind, int Field)> seen = [];
        foreach (SegmentSection section in header.Sections)
        {
            long? expected = GetExpectedLength(header, section);
            if (expected is null)
            {
                Require(section.IsSkippable, $"section kind {(int)section.Kind} is unknown and may not be skipped");
                continue;
            }

            Require(seen.Add((section.Kind, section.Field)), $"section {section.Kind} is there twice");
            bool isRight = section.Kind is SectionKind.StringTable or SectionKind.Attributes
                || SegmentFormat.IsIndex(section.Kind)
                ? section.Length >= expected
                : section.Length == expected;
            Require(isRight, $"section {section.Kind} has {section.Length} bytes, expected {expected}");
        }
    }

    /// <summary>Size of a section (the least one of a string table or attributes), or null for an unknown
    /// kind.</summary>
    private static long? GetExpectedLength(SegmentHeader header, SegmentSection section)
    {
        long rowCount = header.RowCount;
        bool hasField = section.Kind is SectionKind.Norms or SectionKind.Vectors or SectionKind.Presence
            || SegmentFormat.IsIndex(section.Kind);
        if (hasField)
        {
            Require(
                section.Field < header.Fields.Length,
                $"section {section.Kind} belongs to vector field {section.Field} of {header.Fields.Length}");
        }
        else if (Enum.IsDefined(section.Kind))
        {
            Require(section.Field == SegmentFormat.NoField, $"section {section.Kind} belongs to a vector field");
        }

        return section.Kind switch
        {
            SectionKind.Norms => rowCount * sizeof(float),
            SectionKind.Vectors => rowCount * header.Fields[section.Field].Dimensions * sizeof(float),
            SectionKind.Presence => SegmentFormat.GetBitmapSizeBytes(header.RowCount),
            SectionKind.Ids => rowCount * sizeof(ulong),
            SectionKind.StringTable => (rowCount + 1) * sizeof(uint),
            SectionKind.Sequences => rowCount * sizeof(long),
            SectionKind.Padding => SegmentFormat.GetBitmapSizeBytes(header.RowCount),
            SectionKind.IdIndex => SegmentFormat.GetIdIndexSizeBytes(header.DocumentCount),
            SectionKind.Attributes => 1,
            >= SectionKind.IvfHead and <= SectionKind.HnswCodes => 1, // The rest is the index's own affair.
            _ => null,
        };
    }

    private static void CheckPresent(SegmentHeader header)
    {
        RequireSection(header, SectionKind.Ids, SegmentFormat.NoField, isExpected: true);
        RequireSection(header, SectionKind.Sequences, SegmentFormat.NoField, isExpected: true);
        RequireSection(header, SectionKind.IdIndex, SegmentFormat.NoField, isExpected: true);
        bool hasText = header.Flags.HasFlag(SegmentFlags.TextIds);
        RequireSection(header, SectionKind.StringTable, SegmentFormat.NoField, hasText);
        bool isPadded = header.Flags.HasFlag(SegmentFlags.Padded);
        RequireSection(header, SectionKind.Padding, SegmentFormat.NoField, isPadded);
        for (int field = 0; field < header.Fields.Length; field++)
        {
            RequireSection(header, SectionKind.Norms, field, isExpected: true);
            RequireSection(header, SectionKind.Vectors, field, isExpected: true);
            if (isPadded)
            {
                RequireSection(header, SectionKind.Presence, field, isExpected: true);
            }
        }
    }

    private static void RequireSection(SegmentHeader header, SectionKind kind, int field, bool isExpected)
    {
        bool isThere = header.Find(kind, field) is not null;
        Require(isThere == isExpected, $"section {kind} is {(isThere ? "there, but should not be" : "missing")}");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new SegmentFormatException(message, 0);
        }
    }
}
