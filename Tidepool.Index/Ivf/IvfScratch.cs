using System.Runtime.InteropServices;
using Tidepool.Index.Distance;

namespace Tidepool.Index.Ivf;

/// <summary>What one thread needs to search cells, kept for its next search.</summary>
internal sealed class IvfScratch
{
    /// <summary>How many rows are compared by their fine code at a time, their codes asked for beforehand.</summary>
    internal const int PendingRows = 16;

    [ThreadStatic]
    private static IvfScratch? s_ofThisThread;

    private float[] _vector = [];
    private float[] _query = [];
    private float[] _table = [];
    private float[] _code = [];
    private float[] _centerCode = [];
    private float[] _sums = [];
    private int[] _codeSums = [];
    private float[] _keys = [];
    private float[] _lower = [];

    internal static IvfScratch OfThisThread => s_ofThisThread ??= new IvfScratch();

    internal CandidateQueue Candidates { get; } = new();

    internal CellQueue Cells { get; } = new();

    /// <summary>Rows of a cell that wait for their fine code.</summary>
    internal int[] Pending { get; private set; } = new int[PendingRows + 32];

    /// <summary>Those of the cell before.</summary>
    internal int[] Waiting { get; private set; } = new int[PendingRows + 32];

    internal SmallestValues Smallest { get; } = new();

    /// <summary>Lets what is pending wait until the next cell was scanned.</summary>
    internal void SwapPending() => (Pending, Waiting) = (Waiting, Pending);

    internal void Reserve(int dimensions, int mappedDimensions)
    {
        if (_vector.Length < dimensions)
        {
            _vector = new float[dimensions];
        }

        if (_sums.Length < 4 * mappedDimensions)
        {
            _query = new float[mappedDimensions + CacheLine.Floats - 1];
            _table = new float[_query.Length];
            _code = new float[(mappedDimensions / sizeof(float)) + CacheLine.Floats - 1];
            _centerCode = new float[_code.Length];
            _sums = new float[4 * mappedDimensions];
        }
    }

    internal Span<float> GetVector(int dimensions) => _vector.AsSpan(0, dimensions);

    // What a scan reads again and again begins with a line.

    internal Span<float> GetQuery(int mappedDimensions) => CacheLine.Align(_query, mappedDimensions);

    /// <summary>Four bytes for each dimension.</summary>
    internal Span<byte> GetTable(int mappedDimensions) =>
        MemoryMarshal.AsBytes(CacheLine.Align(_table, mappedDimensions));

    internal Span<sbyte> GetCode(int mappedDimensions) =>
        MemoryMarshal.Cast<float, sbyte>(CacheLine.Align(_code, mappedDimensions / sizeof(float)));

    /// <summary>What centers are compared with.</summary>
    internal Span<sbyte> GetCenterCode(int mappedDimensions) =>
        MemoryMarshal.Cast<float, sbyte>(CacheLine.Align(_centerCode, mappedDimensions / sizeof(float)));

    internal Span<float> GetTableSums(int mappedDimensions) => _sums.AsSpan(0, 4 * mappedDimensions);

    internal Span<int> GetCodeSums(int count) => Get(ref _codeSums, count);

    internal Span<float> GetKeys(int count) => Get(ref _keys, count);

    internal Span<float> GetLower(int count) => Get(ref _lower, count);

    private static Span<T> Get<T>(ref T[] array, int count)
    {
        if (array.Length < count)
        {
            array = new T[Math.Max(count, 2 * array.Length)];
        }

        return array.AsSpan(0, count);
    }
}
