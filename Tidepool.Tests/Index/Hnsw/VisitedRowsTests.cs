using NUnit.Framework;
using Tidepool.Index.Hnsw;

namespace Tidepool.Tests.Index.Hnsw;

public sealed class VisitedRowsTests
{
    [Test]
    public void Begin_MoreOftenThanAMarkHasValues_ForgetsEachTime()
    {
        var visited = new VisitedRows();
        for (int round = 0; round < 70_000; round++)
        {
            visited.Begin(3);
            int row = round % 3;
            if (!visited.TryMark(row) || visited.TryMark(row) || !visited.TryMark((row + 1) % 3))
            {
                Assert.Fail($"round {round}");
            }
        }
    }

    [Test]
    public void Begin_ForMoreRows_HasRoom()
    {
        var visited = new VisitedRows();
        visited.Begin(2);
        visited.TryMark(1);
        visited.Begin(100);

        Assert.That(visited.TryMark(1), Is.True);
        Assert.That(visited.TryMark(99), Is.True);
    }
}
