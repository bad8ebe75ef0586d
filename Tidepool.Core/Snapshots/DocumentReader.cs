using Tidepool.Index.Rows;
using Tidepool.Model;

namespace Tidepool.Snapshots;

/// <summary>Makes documents of rows.</summary>
internal static class DocumentReader
{
    internal static Document Read(
        IRowSource rows, int ordinal, NamespaceSchema schema, bool includeVectors, bool includeAttributes)
    {
        var document = new Document(DocumentIdCodec.FromKey(rows.GetKey(ordinal)));
        if (includeVectors)
        {
            foreach (VectorField field in schema.Vectors)
            {
                if (rows.GetVectors(field.Name) is { } vectors && vectors.HasVector(ordinal))
                {
                    Set(document, field.Name, vectors.GetVector(ordinal).ToArray());
                }
            }
        }

        if (includeAttributes)
        {
            foreach (AttributeField field in schema.Attributes)
            {
                if (rows.GetColumn(field.Name) is { } column && !column.IsNull(ordinal))
                {
                    document[field.Name] = new AttributeValue(column.GetValue(ordinal));
                }
            }
        }

        return document;
    }

    private static void Set(Document document, string field, float[] vector)
    {
        if (field.Length == 0)
        {
            document.Vector = vector;
        }
        else
        {
            document.Vectors[field] = vector;
        }
    }
}
