using Tidepool.Index.Attributes;
using Tidepool.Index.Binary;
using Tidepool.Index.Segments;
using Tidepool.Model;

namespace Tidepool.Tests.Index.Segments;

/// <summary>Reads a segment in every way there is.</summary>
internal static class SegmentReading
{
    internal static void ReadAll(byte[] bytes)
    {
        SegmentReader reader = SegmentReader.Open(new MemoryByteSource(bytes));
        for (int ordinal = 0; ordinal < reader.RowCount; ordinal++)
        {
            _ = reader.GetSequence(ordinal);
            _ = TestSegment.FindAll(reader, TestKey.Of(reader.GetKey(ordinal)));
            _ = reader.IsPadding(ordinal) ? default : DocumentIdCodec.FromKey(reader.GetKey(ordinal));
        }

        foreach (SegmentVectorField field in reader.Header.Fields)
        {
            _ = reader.GetVectors(field.Name)!.Presence;
            _ = reader.GetVectors(field.Name)!.GetRun(0, reader.RowCount);
            _ = reader.GetVectors(field.Name)!.GetNorms(0, reader.RowCount);
        }

        foreach (ColumnDefinition definition in reader.Columns)
        {
            AttributeColumn? column = reader.GetColumn(definition.Name);
            for (int ordinal = 0; ordinal < reader.RowCount; ordinal++)
            {
                _ = column!.GetValue(ordinal);
            }
        }

        SegmentVerifier.Verify(reader);
    }
}
