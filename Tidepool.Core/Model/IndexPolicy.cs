namespace Tidepool.Model;

/// <summary>What index a vector field is to have, as its options said.</summary>
/// <param name="Kind">Which index.</param>
/// <param name="Quantization">What it compares first.</param>
/// <param name="M">Links of a node of a graph.</param>
/// <param name="EfConstruction">Candidates kept while a graph is built.</param>
internal sealed record IndexPolicy(VectorIndexKind Kind, VectorQuantization Quantization, int M, int EfConstruction)
{
    internal static IndexPolicy Default { get; } = new(
        VectorIndexKind.Auto,
        VectorQuantization.Auto,
        VectorFieldOptions.DefaultM,
        VectorFieldOptions.DefaultEfConstruction);
}
