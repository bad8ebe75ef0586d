using Tidepool.Index.Distance;
using Tidepool.Index.Quantization;
using Tidepool.Index.Vectors;

namespace Tidepool.Index.Ivf;

/// <summary>A query in the forms that codes are compared with.</summary>
internal readonly ref struct CodedQuery
{
    // The query's 8-bit code rounds each dimension; of the sum's error three standard deviations are allowed for.
    private const float CodeDeviations = 3;

    // A code's own length by its part along the residual: 1 for a perfect code.
    private const float CodeStretch = 1.01f;

    private readonly float _errorShare;

    internal CodedQuery(IvfSearcher index, in IndexQuery query, IvfScratch scratch)
    {
        IvfHead head = index.Cells.Head;
        int mapped = head.MappedDimensions;
        scratch.Reserve(head.Dimensions, mapped);
        Span<float> target = scratch.GetQuery(mapped);
        index.Space.Map(query.Vector, query.Norm, scratch.GetVector(head.Dimensions), target);
        Vector = target;
        SquaredNorm = Float32Kernels.SquaredNorm(target);
        Span<sbyte> code = scratch.GetCode(mapped);
        CodeScale = QueryCode.Encode(target, code, out int codeSum, out float codeError);
        CodeSum = codeSum;
        CodeSlack = CodeDeviations * codeError / MathF.Sqrt(mapped) * 2 * CodeStretch;
        Code = code;
        Span<byte> table = scratch.GetTable(mapped);
        Bounds = head.Codes switch
        {
            CodeKind.None => default,
            CodeKind.Product => BuildTable(index.Quantizer!, target, table),
            _ => SignTable.Build(target, scratch.GetTableSums(mapped), table),
        };
        Table = table;
        _errorShare = head.Codes == CodeKind.Product ? 1 : GetErrorShare(query.RecallTarget);
    }

    /// <summary>The mapped query.</summary>
    internal ReadOnlySpan<float> Vector { get; }

    internal float SquaredNorm { get; }

    /// <summary>Eight bits for each dimension.</summary>
    internal ReadOnlySpan<sbyte> Code { get; }

    internal int CodeSum { get; }

    /// <summary>What one unit of the code stands for.</summary>
    internal float CodeScale { get; }

    /// <summary>What the rounding of the code may put an estimate off by, for a row one off its center.</summary>
    internal float CodeSlack { get; }

    /// <summary>What coarse codes are looked up in; empty without any.</summary>
    internal ReadOnlySpan<byte> Table { get; }

    /// <summary>What sums of the table's entries mean, but for what depends on the cell.</summary>
    internal BlockBounds Bounds { get; }

    /// <summary>What sums of the table's entries mean in a cell.</summary>
    internal BlockBounds GetBounds(in IvfCell cell, float centerSquared) => Bounds with
    {
        CenterSquared = centerSquared + cell.CoarseBase,
        Error = Combine(Bounds.Error, cell.CoarseError * MathF.Sqrt(centerSquared)) * _errorShare,
    };

    /// <summary>As many deviations of the sum of two independent errors as each stands for.</summary>
    private static float Combine(float first, float second) => MathF.Sqrt((first * first) + (second * second));

    /// <summary>How much of the coarse codes' error is allowed for.</summary>
    /// <remarks>Four fifths of it lose some 4 in 1,000 neighbours and save a third of the finer comparisons: worth it
    /// where more are to be missed, but not where few are.</remarks>
    private static float GetErrorShare(double recallTarget) =>
        0.8f + (0.2f * (float)Math.Clamp((recallTarget - 0.95) / 0.03, 0, 1));

    private static BlockBounds BuildTable(ProductQuantizer quantizer, ReadOnlySpan<float> query, Span<byte> table)
    {
        quantizer.BuildTable(query, table, out float scale, out float offset, out _);
        return new BlockBounds(scale, offset, SignTable.GetError(scale, query.Length), CenterSquared: 0);
    }
}
