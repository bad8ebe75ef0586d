namespace Tidepool.Index.Hnsw;

/// <summary>What a search needs; kept by its thread, so that searches allocate nothing.</summary>
internal sealed class SearchScratch
{
    [ThreadStatic]
    private static SearchScratch? s_ofThisThread;

    private float[] _vector = [];
    private float[] _rotated = [];
    private sbyte[] _code = [];
    private int[] _nodes = [];
    private float[] _distances = [];

    internal static SearchScratch OfThisThread => s_ofThisThread ??= new SearchScratch();

    internal VisitedRows Visited { get; } = new();

    internal Beam Beam { get; } = new();

    internal Span<float> GetVector(int length) => Grow(ref _vector, length);

    internal Span<float> GetRotated(int length) => Grow(ref _rotated, length);

    internal Span<sbyte> GetCode(int length) => Grow(ref _code, length);

    internal Span<int> GetNodes(int length) => Grow(ref _nodes, length);

    internal Span<float> GetDistances(int length) => Grow(ref _distances, length);

    private static Span<T> Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[length];
        }

        return buffer.AsSpan(0, length);
    }
}
