using NUnit.Framework;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Index.Distance;

public sealed class RowSumsTests
{
    private const int MaxRows = 9; // Two groups of four and one left over.

    private static IEnumerable<string> KernelNames =>
        KernelCases.All.Where(kernel => kernel.ComputeRows is not null).Select(kernel => kernel.Name);

    [TestCaseSource(nameof(KernelNames))]
    public void Rows_BetweenGuardPages_AreMeasuredAsEachAlone(string name)
    {
        KernelCase kernel = KernelCases.All.Single(candidate => candidate.Name == name);
        var random = new Random(3);
        using var queryMemory = new GuardedMemory(4099);
        using var rowMemory = new GuardedMemory(4099 * MaxRows);
        using var sumMemory = new GuardedMemory(MaxRows);
        foreach (int length in KernelCases.Lengths)
        {
            for (int count = 0; count <= MaxRows; count++)
            {
                int size = length * count;
                Span<float> query = (count & 1) == 0 ? queryMemory.AtEnd(length) : queryMemory.AtStart(length);
                Span<float> rows = (count & 2) == 0 ? rowMemory.AtEnd(size) : rowMemory.AtStart(size);
                Span<float> sums = sumMemory.AtEnd(count);
                KernelCases.Fill(query, random);
                KernelCases.Fill(rows, random);

                kernel.ComputeRows!(query, rows, sums);

                for (int row = 0; row < count; row++)
                {
                    float alone = kernel.Compute(query, rows.Slice(row * length, length));
                    if (sums[row] != alone)
                    {
                        Assert.Fail($"{kernel}, {length} dimensions, row {row} of {count}: {sums[row]}, alone {alone}");
                    }
                }
            }
        }
    }
}
