using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Bitmaps;
using Tidepool.Index.Rows;

namespace Tidepool.Index.Segments;

/// <summary>Checks a whole segment: every checksum, and that its parts agree with each other.</summary>
internal static class SegmentVerifier
{
    /// <summary>A stored norm may differ by this much of itself from the one computed in double precision.</summary>
    private const double NormTolerance = 1e-4;

    /// <summary>Checks the segment behind a reader, whatever the reader has checked before.</summary>
    /// <param name="reader">The segment.</param>
    /// <param name="onProgress">Told how many bytes were checked so far.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="SegmentFormatException">Something is wrong.</exception>
    internal static void Verify(
        SegmentReader reader, Action<long>? onProgress = null, CancellationToken cancellationToken = default)
    {
        VerifyChecksums(reader, cancellationToken, onProgress);
        VerifyGaps(reader);
        cancellationToken.ThrowIfCancellationRequested();
        VerifyRows(reader);
        foreach (SegmentVectorField field in reader.Header.Fields)
        {
            cancellationToken.ThrowIfCancellationRequested();
            VerifyVectors(reader, field.Name);
            _ = reader.FindIndex(field.Name); // Checks the index's structure.
        }

        foreach (ColumnDefinition column in reader.Columns)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ = reader.GetColumn(column.Name); // Checks the column's structure.
        }

        onProgress?.Invoke(reader.Header.ObjectLength);
    }

    /// <summary>Checks every byte's checksum, whatever the reader has checked before.</summary>
    /// <exception cref="SegmentFormatException">A block is damaged.</exception>
    internal static void VerifyChecksums(
        SegmentReader reader, CancellationToken cancellationToken, Action<long>? onProgress = null)
    {
        for (int block = 0; block < reader.Blocks.BlockCount; block++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reader.Blocks.Recheck(block);
            onProgress?.Invoke(Math.Min((block + 1L) * SegmentFormat.BlockSizeBytes, reader.Header.BlockTableOffset));
        }
    }

    private static void VerifyGaps(SegmentReader reader)
    {
        foreach (SegmentSection section in reader.Header.Sections)
        {
            int gap = (int)(SegmentFormat.Align(section.End) - section.End);
            if (reader.ObjectBytes.Span.Slice((int)section.End, gap).ContainsAnyExcept((byte)0))
            {
                throw reader.Fault(section.End, $"the gap after section {section.Kind} is not zero");
            }
        }
    }

    private static void VerifyRows(SegmentReader reader)
    {
        SegmentHeader header = reader.Header;
        long first = long.MaxValue;
        long last = long.MinValue;
        int documentCount = 0;
        UInt128 rowSum = 0;
        for (int ordinal = 0; ordinal < reader.RowCount; ordinal++)
        {
            DocumentKey key = reader.GetKey(ordinal);
            long sequence = reader.GetSequence(ordinal);
            if (reader.IsPadding(ordinal))
            {
                if (key.Hash != 0 || !key.Text.IsEmpty || sequence != 0)
                {
                    throw reader.Fault(0, $"the padding at ordinal {ordinal} has content");
                }

                continue;
            }

            if (!IsIndexed(reader, key, ordinal))
            {
                throw reader.Fault(0, $"the id of ordinal {ordinal} is not in the id index");
            }

            documentCount++;
            first = Math.Min(first, sequence);
            last = Math.Max(last, sequence);
            rowSum += RowIdentity.Of(key.Hash, sequence);
        }

        Require(reader, IsTailZero(reader.PaddingWords, header.RowCount), "the padding has bits past the last ordinal");
        Require(reader, documentCount == header.DocumentCount, $"{documentCount} ordinals hold a document");
        int takenSlotCount = reader.Slots.Length - reader.Slots.Count(0U);
        Require(reader, takenSlotCount == documentCount, $"{takenSlotCount} slots of the id index are taken");
        Require(
            reader,
            first == header.FirstSequence && last == header.LastSequence,
            $"sequences are {first} to {last}, the head says {header.FirstSequence} to {header.LastSequence}");
        Require(reader, rowSum == header.RowSum, $"the row sum is {rowSum}, the head says {header.RowSum}");
    }

    private static bool IsIndexed(SegmentReader reader, DocumentKey key, int ordinal)
    {
        foreach (int found in reader.FindOrdinals(key))
        {
            if (found == ordinal)
            {
                return true;
            }
        }

        return false;
    }

    private static void VerifyVectors(SegmentReader reader, string field)
    {
        VectorColumn column = reader.GetVectors(field)!;
        ReadOnlySpan<ulong> presence = column.Presence;
        Require(
            reader,
            IsTailZero(presence, reader.RowCount),
            $"the presence of '{field}' has bits past the last ordinal");
        for (int ordinal = 0; ordinal < reader.RowCount; ordinal++)
        {
            bool hasVector = column.HasVector(ordinal);
            float norm = column.GetNorms(ordinal, 1)[0];
            ReadOnlySpan<float> vector = column.GetVector(ordinal);
            bool isRight = hasVector
                ? !reader.IsPadding(ordinal) && IsNorm(vector, norm)
                : norm == 0 && !vector.ContainsAnyExcept(0f);
            if (!isRight)
            {
                throw reader.Fault(0, $"vector '{field}' of ordinal {ordinal} and its norm {norm} disagree");
            }
        }
    }

    /// <summary>Whether a norm is that of a vector; one too large for single precision is taken as it is.</summary>
    private static bool IsNorm(ReadOnlySpan<float> vector, float norm)
    {
        double sum = 0;
        foreach (float value in vector)
        {
            sum += (double)value * value;
        }

        double expected = Math.Sqrt(sum);
        double tolerance = (NormTolerance * expected) + float.Epsilon;
        return double.IsFinite(expected)
            && (float.IsPositiveInfinity(norm) || Math.Abs(norm - expected) <= tolerance);
    }

    private static bool IsTailZero(ReadOnlySpan<ulong> words, int rowCount) =>
        words.IsEmpty || (words[^1] & ~BitWords.TailMask(rowCount)) == 0;

    private static void Require(SegmentReader reader, bool condition, string message)
    {
        if (!condition)
        {
            throw reader.Fault(0, message);
        }
    }
}
