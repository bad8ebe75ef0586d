namespace Tidepool;

/// <summary>A vector field of a namespace.</summary>
public sealed class VectorFieldOptions
{
    /// <summary>The largest number of dimensions a vector may have.</summary>
    public const int MaxDimensions = 65_536;

    /// <summary>Describes a field; the unnamed vector has the empty name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of dimensions is not 1 to
    /// <see cref="MaxDimensions"/>.</exception>
    /// <exception cref="ArgumentException">The name is longer than 128 characters, or is not Unicode text.</exception>
    public VectorFieldOptions(int dimensions, string name = "")
    {
        Dimensions = OptionRange.Check(dimensions, 1, MaxDimensions, nameof(dimensions));
        Name = FieldName.Check(name, isEmptyAllowed: true, nameof(name));
    }

    /// <summary>How many numbers each vector has.</summary>
    public int Dimensions { get; }

    /// <summary>The field's name; empty for the unnamed vector.</summary>
    public string Name { get; }

    /// <summary>How the vectors compare. Default: <see cref="DistanceMetric.CosineSimilarity"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a metric.</exception>
    public DistanceMetric Metric
    {
        get;
        set
        {
            if (!Enum.IsDefined(value))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, $"Metric is {(int)value}; expected a member of {nameof(DistanceMetric)}.");
            }

            field = value;
        }
    }
    = DistanceMetric.CosineSimilarity;
}
