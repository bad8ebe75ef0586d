namespace Tidepool.Tests.Index.Distance;

/// <summary>A kernel, its definition, and the same kernel over many rows if there is one.</summary>
internal sealed record KernelCase(
    string Name, KernelCase.Kernel Compute, KernelCase.Definition Define, KernelCase.RowsKernel? ComputeRows)
{
    internal delegate float Kernel(ReadOnlySpan<float> a, ReadOnlySpan<float> b);

    internal delegate double Definition(ReadOnlySpan<float> a, ReadOnlySpan<float> b);

    internal delegate void RowsKernel(ReadOnlySpan<float> query, ReadOnlySpan<float> rows, Span<float> sums);

    public override string ToString() => Name;
}
