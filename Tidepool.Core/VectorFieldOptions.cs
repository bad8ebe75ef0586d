namespace Tidepool;

/// <summary>A vector field of a namespace.</summary>
public sealed class VectorFieldOptions
{
    /// <summary>The largest number of dimensions a vector may have.</summary>
    public const int MaxDimensions = 65_536;

    internal const int DefaultM = 12;
    internal const int MinM = 2;
    internal const int MaxM = 64;
    internal const int DefaultEfConstruction = 100;
    internal const int MinEfConstruction = 8;
    internal const int MaxEfConstruction = 4_096;

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
        set => field = OptionRange.CheckDefined(value);
    }
    = DistanceMetric.CosineSimilarity;

    /// <summary>How the vectors are searched. Default: <see cref="VectorIndexKind.Auto"/>.</summary>
    /// <remarks>
    /// <para>Indexes are built in the background, when segments are merged, for the metrics of cosine, dot product and
    /// Euclidean distance, from 4,096 vectors on; until then, and for all else, searches are exact.</para>
    /// <para>This and the settings below count when the field appears. Later ones count for
    /// <see cref="TidepoolNamespace.EnsureExistsAsync"/>, if any was set: it changes what the namespace has, and the
    /// background builds the indexes anew. Ordinary writes never change them, so that processes with different options
    /// do not undo each other's.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not an index kind.</exception>
    public VectorIndexKind IndexKind
    {
        get;
        set => field = SetIndex(OptionRange.CheckDefined(value));
    }
    = VectorIndexKind.Auto;

    /// <summary>What the index compares before the exact vectors. Default: <see cref="VectorQuantization.Auto"/>. Where
    /// it is <see cref="VectorQuantization.Product"/>, <see cref="IndexKind"/> must not be
    /// <see cref="VectorIndexKind.Hnsw"/>: the namespace then refuses the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a quantization.</exception>
    public VectorQuantization Quantization
    {
        get;
        set => field = SetIndex(OptionRange.CheckDefined(value));
    }
    = VectorQuantization.Auto;

    /// <summary>How many links a node of a graph has; twice as many on its lowest layer. Counts for
    /// <see cref="VectorIndexKind.Hnsw"/>. Default: 12; from 2 to 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int M
    {
        get;
        set => field = SetIndex(OptionRange.Check(value, MinM, MaxM));
    }
    = DefaultM;

    /// <summary>How many candidates are kept while a graph is built: more make it better and take longer. Counts for
    /// <see cref="VectorIndexKind.Hnsw"/>. Default: 100; from 8 to 4,096.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int EfConstruction
    {
        get;
        set => field = SetIndex(OptionRange.Check(value, MinEfConstruction, MaxEfConstruction));
    }
    = DefaultEfConstruction;

    /// <summary>Whether any of the settings of the index was set.</summary>
    internal bool NamesIndex { get; private set; }

    private T SetIndex<T>(T value)
    {
        NamesIndex = true;
        return value;
    }
}
