using Tidepool.Tests.Properties;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>The operations that scenarios write.</summary>
internal static class CrashSteps
{
    internal static WriteStep Put(long id, long year) => new(
        WriteStepKind.Upsert, id, 0, new ModelDocument(id, [id % 5, year % 7, 1], year, id % 3 == 0 ? null : "tide"));

    /// <summary>Documents with ids from a first one on.</summary>
    internal static WriteStep[] PutMany(long first, int count, long year) =>
        [.. Enumerable.Range(0, count).Select(i => Put(first + i, year))];

    internal static WriteStep Delete(long id) => new(WriteStepKind.Delete, id, 0, null);

    internal static WriteStep Patch(long id, long year) => new(WriteStepKind.Patch, id, year, null);

    internal static WriteStep DeleteYear(long year) => new(WriteStepKind.DeleteYear, 0, year, null);

    internal static WriteStep RequireAbsent(long id) => new(WriteStepKind.RequireAbsent, id, 0, null);

    internal static WriteStep RequireYear(long id, long year) => new(WriteStepKind.RequireYear, id, year, null);
}
