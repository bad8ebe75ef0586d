namespace Tidepool;

/// <summary>What a namespace is made with. Dimensions and metrics that disagree with
/// an existing namespace are refused; for indexes see <see cref="VectorFieldOptions.IndexKind"/>.</summary>
public sealed class NamespaceOptions
{
    /// <summary>The vector fields that are fixed from the start. Others appear with their first vector, which gives
    /// them its dimensions and the metric <see cref="DistanceMetric.CosineSimilarity"/>.</summary>
    public IList<VectorFieldOptions> Vectors { get; } = [];
}
