using System.Collections.Immutable;
using System.Globalization;
using Tidepool.Index.Attributes;

namespace Tidepool.Model;

/// <summary>How the fields of a namespace come to be, and what they refuse. Pure.</summary>
internal static class SchemaRules
{
    internal const int MaxVectorFields = 64;
    internal const int MaxAttributes = 1_024;

    /// <summary>The schema that a namespace starts with, or that a handle declares.</summary>
    /// <exception cref="ArgumentException">A field is there twice, or there are too many.</exception>
    internal static NamespaceSchema FromOptions(NamespaceOptions? options)
    {
        NamespaceSchema schema = NamespaceSchema.Empty;
        foreach (VectorFieldOptions vector in options?.Vectors ?? [])
        {
            ArgumentNullException.ThrowIfNull(vector, nameof(options));
            if (schema.FindVector(vector.Name) >= 0)
            {
                throw new ArgumentException(
                    $"The vector field '{vector.Name}' is there twice; expected one for each name.", nameof(options));
            }

            schema = Add(
                schema,
                new VectorField(vector.Name, vector.Dimensions, vector.Metric)
                {
                    Index = IndexRules.FromOptions(vector),
                });
        }

        return schema;
    }

    /// <summary>Refuses options that disagree with the fields of an existing namespace.</summary>
    /// <exception cref="SchemaConflictException">A declared field is there with other dimensions or another
    /// metric.</exception>
    internal static void CheckDeclared(NamespaceSchema schema, NamespaceSchema declared)
    {
        foreach (VectorField field in declared.Vectors)
        {
            int ordinal = schema.FindVector(field.Name);
            if (ordinal >= 0)
            {
                CheckSame(schema.Vectors[ordinal], field);
            }
        }
    }

    /// <summary>The fields that options describe and whose index they name, too.</summary>
    internal static ImmutableArray<VectorField> GetNamedIndexes(NamespaceOptions? options)
    {
        NamespaceSchema declared = FromOptions(options);
        return [.. declared.Vectors.Where((_, ordinal) => options!.Vectors[ordinal].NamesIndex)];
    }

    /// <summary>The schema with other index policies; fields that it does not have are left out.</summary>
    internal static NamespaceSchema WithIndexes(NamespaceSchema schema, ImmutableArray<VectorField> fields)
    {
        foreach (VectorField field in fields)
        {
            int ordinal = schema.FindVector(field.Name);
            if (ordinal >= 0 && schema.Vectors[ordinal].Index != field.Index)
            {
                VectorField changed = schema.Vectors[ordinal] with { Index = field.Index };
                schema = new NamespaceSchema(
                    schema.Version + 1, schema.Vectors.SetItem(ordinal, changed), schema.Attributes);
            }
        }

        return schema;
    }

    /// <summary>The schema with the fields that a batch uses. Those that are there already keep their
    /// index.</summary>
    /// <exception cref="SchemaConflictException">A field is there with another type, or there are too many.</exception>
    internal static NamespaceSchema Merge(
        NamespaceSchema schema, ImmutableArray<VectorField> vectors, ImmutableArray<AttributeField> attributes)
    {
        foreach (VectorField field in vectors)
        {
            int ordinal = schema.FindVector(field.Name);
            if (ordinal < 0)
            {
                schema = Add(schema, field);
            }
            else
            {
                CheckSame(schema.Vectors[ordinal], field);
            }
        }

        ImmutableArray<AttributeField>.Builder? added = null;
        foreach (AttributeField field in attributes)
        {
            int ordinal = schema.FindAttribute(field.Name);
            if (ordinal < 0)
            {
                added ??= ImmutableArray.CreateBuilder<AttributeField>();
                added.Add(field);
            }
            else if (schema.Attributes[ordinal].Type != field.Type)
            {
                throw Conflict(
                    $"The attribute '{field.Name}'", field.Name, field.Type, schema.Attributes[ordinal].Type);
            }
        }

        return added is null ? schema : Add(schema, added.ToImmutable());
    }

    /// <summary>The field of a vector that is new to the schema: as declared, or else inferred.</summary>
    internal static VectorField NewVector(string name, int dimensions, NamespaceSchema declared)
    {
        int ordinal = declared.FindVector(name);
        return ordinal >= 0
            ? declared.Vectors[ordinal]
            : new VectorField(
                FieldName.Check(name, isEmptyAllowed: true, nameof(name)), dimensions, DistanceMetric.CosineSimilarity);
    }

    /// <summary>The field of an attribute that is new to the schema.</summary>
    internal static AttributeField NewAttribute(string name, ColumnType type) =>
        new(FieldName.Check(name, isEmptyAllowed: false, nameof(name)), type);

    internal static void CheckVectorCount(int count)
    {
        if (count > MaxVectorFields)
        {
            throw TooMany("vector fields", count, MaxVectorFields);
        }
    }

    internal static void CheckAttributeCount(int count)
    {
        if (count > MaxAttributes)
        {
            throw TooMany("attributes", count, MaxAttributes);
        }
    }

    internal static SchemaConflictException Conflict(string subject, string field, object found, object expected)
    {
        string foundText = Convert.ToString(found, CultureInfo.InvariantCulture) ?? "";
        string expectedText = Convert.ToString(expected, CultureInfo.InvariantCulture) ?? "";
        return new SchemaConflictException($"{subject} is {foundText}; expected {expectedText}.")
        {
            Field = field,
            Found = foundText,
            Expected = expectedText,
        };
    }

    private static NamespaceSchema Add(NamespaceSchema schema, VectorField field)
    {
        CheckVectorCount(schema.Vectors.Length + 1);
        return new NamespaceSchema(schema.Version + 1, schema.Vectors.Add(field), schema.Attributes);
    }

    private static NamespaceSchema Add(NamespaceSchema schema, ImmutableArray<AttributeField> fields)
    {
        CheckAttributeCount(schema.Attributes.Length + fields.Length);
        return new NamespaceSchema(
            schema.Version + fields.Length, schema.Vectors, schema.Attributes.AddRange(fields));
    }

    private static void CheckSame(VectorField expected, VectorField found)
    {
        if (found.Dimensions != expected.Dimensions)
        {
            throw Conflict(
                $"The number of dimensions of the vector field '{expected.Name}'",
                expected.Name,
                found.Dimensions,
                expected.Dimensions);
        }

        if (found.Metric != expected.Metric)
        {
            throw Conflict(
                $"The metric of the vector field '{expected.Name}'", expected.Name, found.Metric, expected.Metric);
        }
    }

    private static SchemaConflictException TooMany(string what, int found, int expected) =>
        new(string.Create(
            CultureInfo.InvariantCulture, $"The namespace would have {found} {what}; expected at most {expected}."))
        {
            Found = found.ToString(CultureInfo.InvariantCulture),
            Expected = $"at most {expected.ToString(CultureInfo.InvariantCulture)}",
        };
}
