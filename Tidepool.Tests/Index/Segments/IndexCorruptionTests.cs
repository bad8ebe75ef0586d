using NUnit.Framework;
using Tidepool.Index.Segments;
using Tidepool.Tests.Formats;

namespace Tidepool.Tests.Index.Segments;

/// <summary>Damage to the indexes of a segment is found, or does no harm, and stays inside them.</summary>
internal sealed class IndexCorruptionTests
{
    private const int DocumentCount = 24;

    private static readonly Dictionary<string, byte[]> s_segments = GoldenIndexes.Paths
        .ToDictionary(path => path, path => GoldenIndexes.Build(path, DocumentCount));

    private static IEnumerable<string> Paths => GoldenIndexes.Paths;

    [TestCaseSource(nameof(Paths))]
    public void Search_AnyByteOfAnIndexFlipped_IsRefused(string path)
    {
        byte[] segment = [.. s_segments[path]];
        foreach ((int start, int end, string field) in FindIndexes(segment))
        {
            for (int offset = start; offset < end; offset++)
            {
                byte before = segment[offset];
                segment[offset] ^= (byte)(1 << (offset % 8));
                if (GoldenIndexes.TrySearch(TestSegment.Open(segment), path, field))
                {
                    Assert.Fail($"Byte {offset} flipped: nobody noticed.");
                }

                segment[offset] = before;
            }
        }
    }

    [TestCaseSource(nameof(Paths))]
    public void Read_IndexesOverwritten_LeavesTheRowsReadable(string path)
    {
        byte[] segment = [.. s_segments[path]];
        (int Start, int End, string Field)[] indexes = FindIndexes(segment);
        segment.AsSpan(indexes[0].Start..indexes[^1].End).Fill(0xA5);

        SegmentReader reader = TestSegment.Open(segment);

        Assert.That(indexes[0].Start % SegmentFormat.BlockSizeBytes, Is.Zero);
        GoldenIndexes.AssertHoldsRows(reader, path, DocumentCount);
        foreach ((_, _, string field) in indexes)
        {
            Assert.That(GoldenIndexes.TrySearch(reader, path, field), Is.False);
        }
    }

    [TestCaseSource(nameof(Paths))]
    public void Search_BytesForgedWithRightChecksums_IsRefusedOrAnswers(string path)
    {
        byte[] segment = s_segments[path];
        byte[] values = [0x00, 0x7F, 0x80, 0xFF];
        int refused = 0;
        foreach ((int start, int end, string field) in FindIndexes(segment))
        {
            // All of a head; of codes, where no byte means more than its neighbour, some.
            int step = end - start > 8192 ? 7 : 1;
            for (int offset = start; offset < end; offset += step)
            {
                byte[] forged = SegmentForge.Change(segment, bytes => bytes[offset] = values[offset % values.Length]);
                try
                {
                    refused += GoldenIndexes.TrySearch(TestSegment.Open(forged), path, field) ? 0 : 1;
                }
                catch (Exception exception)
                {
                    Assert.Fail($"Byte {offset} forged: {exception}");
                }
            }
        }

        Assert.That(refused, Is.GreaterThan(100));
    }

    /// <summary>Where the sections of indexes lie, and which field each belongs to.</summary>
    private static (int Start, int End, string Field)[] FindIndexes(byte[] segment)
    {
        SegmentHeader header = TestSegment.Open(segment).Header;
        return
        [
            .. header.Sections
                .Where(section => section.Kind >= SectionKind.IvfHead)
                .Select(section => ((int)section.Offset, (int)section.End, header.Fields[section.Field].Name)),
        ];
    }
}
