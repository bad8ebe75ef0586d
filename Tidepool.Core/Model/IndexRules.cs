using System.Collections.Immutable;
using System.Diagnostics;
using Tidepool.Index.Distance;
using Tidepool.Index.Vectors;

namespace Tidepool.Model;

/// <summary>Which vector fields are to have an index in which segments, and which one. Pure.</summary>
internal static class IndexRules
{
    /// <summary>Where nobody chose a seed.</summary>
    internal const int DefaultSeed = 0x71DE;

    /// <summary>The kind of a policy's index, where <see cref="VectorIndexKind.Auto"/> has been decided.</summary>
    internal static VectorIndexKind ResolveKind(IndexPolicy policy) =>
        policy.Kind == VectorIndexKind.Auto ? VectorIndexKind.Ivf : policy.Kind;

    /// <summary>Whether there can be such an index.</summary>
    internal static bool IsAllowed(IndexPolicy policy) =>
        Enum.IsDefined(policy.Kind) && Enum.IsDefined(policy.Quantization)
        && policy.M >= VectorFieldOptions.MinM && policy.EfConstruction >= VectorFieldOptions.MinEfConstruction
        && !(policy is { Kind: VectorIndexKind.Hnsw, Quantization: VectorQuantization.Product });

    /// <summary>The policy of a field's options.</summary>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    internal static IndexPolicy FromOptions(VectorFieldOptions options)
    {
        var policy = new IndexPolicy(
            options.IndexKind, options.Quantization, options.M, options.EfConstruction);
        return IsAllowed(policy)
            ? policy
            : throw new ArgumentException(
                $"The vector field '{options.Name}' has index kind {policy.Kind} with quantization " +
                $"{policy.Quantization}; expected another of the two.",
                nameof(options));
    }

    /// <summary>The index that a field is to have in a segment with enough rows; null for none.</summary>
    internal static IndexSettings? GetSettings(VectorField field)
    {
        VectorIndexKind kind = ResolveKind(field.Index);
        Metric metric = MetricMap.ToIndexMetric(field.Metric);
        if (kind == VectorIndexKind.Flat || metric is Metric.Manhattan or Metric.Hamming)
        {
            return null;
        }

        CodeKind codes = ToCodes(field.Index.Quantization);
        return kind == VectorIndexKind.Hnsw
            ? new IndexSettings(IndexKind.Hnsw, codes, metric, field.Index.M, field.Index.EfConstruction)
            : new IndexSettings(IndexKind.Ivf, codes, metric, M: 0, EfConstruction: 0);
    }

    /// <summary>The indexes that a segment of some rows is to have.</summary>
    internal static ImmutableArray<IndexRequest> GetRequests(
        NamespaceSchema schema, long rowCount, int fromRows, int seed)
    {
        if (rowCount < fromRows)
        {
            return [];
        }

        ImmutableArray<IndexRequest>.Builder requests = ImmutableArray.CreateBuilder<IndexRequest>();
        foreach (VectorField field in schema.Vectors)
        {
            if (GetSettings(field) is { } settings)
            {
                requests.Add(new IndexRequest(field.Name, settings, seed));
            }
        }

        return requests.ToImmutable();
    }

    private static CodeKind ToCodes(VectorQuantization quantization) => quantization switch
    {
        VectorQuantization.Auto or VectorQuantization.Scalar8 => CodeKind.Scalar8,
        VectorQuantization.None => CodeKind.None,
        VectorQuantization.Half => CodeKind.Float16,
        VectorQuantization.Product => CodeKind.Product,
        _ => throw new UnreachableException($"Quantization {quantization} passed validation but has no codes."),
    };
}
