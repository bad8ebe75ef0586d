using Tidepool.Index.Attributes;
using Tidepool.Index.Distance;

namespace Tidepool.Querying;

/// <summary>A nearest-neighbour query that passed validation.</summary>
/// <param name="Field">The vector field.</param>
/// <param name="Metric">How its vectors compare.</param>
/// <param name="Vector">The query; as many numbers as the field has dimensions.</param>
/// <param name="Norm">Its L2 norm.</param>
/// <param name="HitCount">How many hits are wanted, those to be skipped included.</param>
/// <param name="MaxDistance">Rows farther than this are no hits; equal ones are.</param>
/// <param name="Filter">Which documents may be hits; null for all.</param>
/// <param name="Aim">How close to the truth to come.</param>
internal readonly record struct VectorQuery(
    string Field,
    Metric Metric,
    ReadOnlyMemory<float> Vector,
    float Norm,
    int HitCount,
    float MaxDistance,
    Predicate? Filter,
    SearchAim Aim);
