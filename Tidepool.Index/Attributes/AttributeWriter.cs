using System.Buffers.Binary;
using System.Diagnostics;

namespace Tidepool.Index.Attributes;

/// <summary>Encodes the attributes of rows that are gathered from several sources.</summary>
/// <remarks>
/// The constructor reads every value once, to settle each column's encoding and length; <see cref="Write"/> reads them
/// again. Memory is that of one column's bits, codes and dictionary; texts stream. A column whose rows are all null is
/// left out. The sources must not change in between.
/// </remarks>
internal sealed class AttributeWriter
{
    private readonly int _rowCount;
    private readonly List<(GatheredColumn Column, StoredColumn Stored, byte[] Name)> _columns = [];

    /// <param name="columns">The columns to write, each name once.</param>
    /// <param name="rows">Where each output row comes from.</param>
    /// <param name="sources">What <see cref="RowLocation.Source"/> counts.</param>
    /// <exception cref="ArgumentException">A name is given twice, or a source has another type for it.</exception>
    /// <exception cref="InvalidOperationException">A column is too large for one segment.</exception>
    internal AttributeWriter(
        IEnumerable<ColumnDefinition> columns, ReadOnlyMemory<RowLocation> rows, IReadOnlyList<IColumnLookup> sources)
    {
        _rowCount = rows.Length;
        var names = new HashSet<string>();
        foreach (ColumnDefinition definition in columns)
        {
            if (!names.Add(definition.Name))
            {
                throw new ArgumentException($"Column '{definition.Name}' is given twice.", nameof(columns));
            }

            var column = new GatheredColumn(definition, rows, sources);
            if (ColumnPlanner.Plan(column) is { } stored)
            {
                _columns.Add((column, stored, StrictUtf8.Encoding.GetBytes(definition.Name)));
            }
        }

        DirectoryLength = AttributeFormat.HeaderSizeBytes
            + _columns.Sum(column => AttributeFormat.EntrySizeBytes + column.Name.Length);
        Length = DirectoryLength;
        foreach ((_, StoredColumn stored, _) in _columns)
        {
            foreach (ColumnPart part in ColumnWriter.Order)
            {
                if (stored[part].Length > 0)
                {
                    stored[part] = stored[part] with { Offset = AttributeFormat.Align(Length) };
                    Length = stored[part].Offset + stored[part].Length;
                }
            }
        }
    }

    /// <summary>The exact size of the section in bytes.</summary>
    internal long Length { get; }

    private int DirectoryLength { get; }

    /// <summary>The section, in chunks of at most 1 MiB, each valid until the next one.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Write()
    {
        byte[] directory = CreateDirectory();
        for (int done = 0; done < directory.Length; done += ColumnWriter.BufferSizeBytes)
        {
            yield return directory.AsMemory(done, Math.Min(ColumnWriter.BufferSizeBytes, directory.Length - done));
        }

        long position = directory.Length;
        var buffer = new byte[ColumnWriter.BufferSizeBytes];
        foreach ((GatheredColumn column, StoredColumn stored, _) in _columns)
        {
            using var writer = ColumnWriter.Create(column, stored, buffer);
            foreach (ColumnPart part in ColumnWriter.Order.ToArray())
            {
                if (stored[part].Length == 0)
                {
                    continue;
                }

                int padding = (int)(stored[part].Offset - position);
                if (padding > 0)
                {
                    buffer.AsSpan(0, padding).Clear();
                    yield return buffer.AsMemory(0, padding);
                }

                position = stored[part].Offset;
                foreach (ReadOnlyMemory<byte> chunk in writer.Write(part))
                {
                    position += chunk.Length;
                    yield return chunk;
                }

                if (position != stored[part].Offset + stored[part].Length)
                {
                    throw new UnreachableException($"Column '{stored.Name}' changed while it was written.");
                }
            }
        }
    }

    private byte[] CreateDirectory()
    {
        var directory = new byte[DirectoryLength];
        int namesLength = _columns.Sum(column => column.Name.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(directory, AttributeFormat.Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(directory.AsSpan(4), AttributeFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(directory.AsSpan(8), _rowCount);
        BinaryPrimitives.WriteInt32LittleEndian(directory.AsSpan(12), _columns.Count);
        BinaryPrimitives.WriteInt64LittleEndian(directory.AsSpan(16), Length);
        BinaryPrimitives.WriteInt32LittleEndian(directory.AsSpan(24), namesLength);
        int position = AttributeFormat.HeaderSizeBytes;
        int nameOffset = 0;
        Span<byte> names = directory.AsSpan(directory.Length - namesLength);
        foreach ((_, StoredColumn stored, byte[] name) in _columns)
        {
            stored.Write(directory.AsSpan(position, AttributeFormat.EntrySizeBytes), nameOffset, name.Length);
            name.CopyTo(names[nameOffset..]);
            nameOffset += name.Length;
            position += AttributeFormat.EntrySizeBytes;
        }

        return directory;
    }
}
