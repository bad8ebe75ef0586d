using Tidepool.Index.Attributes;
using Tidepool.Index.Distance;
using Tidepool.Model;

namespace Tidepool.Querying;

/// <summary>Turns a request into a query that fits the namespace, or says why it does not. Pure.</summary>
internal static class QueryPlanner
{
    /// <summary>The most hits that a search may ask for, skipped ones included.</summary>
    internal const int MaxHits = 10_000;

    /// <summary>Plans a search.</summary>
    /// <param name="vector">What to search for.</param>
    /// <param name="top">The most hits to return.</param>
    /// <param name="options">The request's options.</param>
    /// <param name="schema">The namespace's fields.</param>
    /// <param name="field">The field to search; null when no document can have it, so that there are no hits.</param>
    /// <exception cref="ArgumentException">The request does not fit the namespace.</exception>
    internal static VectorQuery Plan(
        VectorValue vector, int top, SearchOptions options, NamespaceSchema schema, out VectorField? field)
    {
        CheckVector(vector);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        long hitCount = (long)top + options.Skip;
        if (hitCount > MaxHits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(top),
                top,
                $"The search asks for {hitCount} hits, skipped ones included; expected at most {MaxHits}.");
        }

        Predicate? filter = options.Filter is null ? null : FilterTranslator.Translate(options.Filter, schema);
        field = FindField(options.Field, schema);
        if (field is null)
        {
            return default;
        }

        if (field.Dimensions != vector.Dimensions)
        {
            throw new ArgumentException(
                $"The query has {vector.Dimensions} dimensions; the field '{field.Name}' has {field.Dimensions}.",
                nameof(vector));
        }

        float maxDistance = options.ScoreThreshold is { } threshold
            ? MetricMap.ToMaxDistance(field.Metric, threshold)
            : float.PositiveInfinity;
        ReadOnlyMemory<float> values = vector.ToSingle();
        return new VectorQuery(
            field.Name,
            MetricMap.ToIndexMetric(field.Metric),
            values,
            Float32Kernels.Norm(values.Span),
            (int)hitCount,
            maxDistance,
            filter,
            IndexRules.ResolveKind(field.Index) == VectorIndexKind.Flat ? SearchAim.Exact : SearchAim.Of(options));
    }

    private static void CheckVector(VectorValue vector)
    {
        if (vector.IsEmpty)
        {
            throw new ArgumentException("The query has no vector; expected one.", nameof(vector));
        }

        if (!DocumentValidator.AreFinite(vector.Span))
        {
            throw new ArgumentException(
                "The query has a number that is NaN or infinite; expected finite numbers.", nameof(vector));
        }
    }

    private static VectorField? FindField(string? name, NamespaceSchema schema)
    {
        if (name is null)
        {
            return schema.Vectors.Length switch
            {
                0 => null,
                1 => schema.Vectors[0],
                _ => schema.FindVector("") is >= 0 and int unnamed
                    ? schema.Vectors[unnamed]
                    : throw new ArgumentException(
                        "The search names no field, and there is no unnamed vector; expected one of: " +
                        string.Join(", ", schema.Vectors.Select(field => $"'{field.Name}'")) + ".",
                        nameof(name)),
            };
        }

        int ordinal = schema.FindVector(name);
        return ordinal >= 0 ? schema.Vectors[ordinal] : null;
    }
}
