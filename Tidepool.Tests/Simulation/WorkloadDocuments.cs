using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>What the clients of a simulation write and ask for.</summary>
internal sealed class WorkloadDocuments(SimulationRandom random)
{
    internal const int Dimensions = 3;

    private const int Ids = 40;
    private static readonly string[] s_topics = ["sea", "shore", "tide"];

    internal long NextId() => random.Next(Ids);

    internal long NextYear() => random.Next(1990, 1996);

    internal float[] NextVector() => [.. Enumerable.Range(0, Dimensions).Select(_ => (float)random.Next(-3, 4))];

    internal string NextTopic() => random.Pick(s_topics);

    internal List<WriteStep> NextWrite()
    {
        var steps = new List<WriteStep>();
        long id = NextId();
        switch (random.Next(12))
        {
            case 0:
                steps.Add(new(WriteStepKind.DeleteYear, 0, NextYear(), null));
                break;
            case 1:
                steps.Add(new(WriteStepKind.RequireAbsent, id, 0, null));
                steps.Add(NextUpsert(id));
                break;
            case 2 or 3:
                steps.Add(new(WriteStepKind.RequireYear, id, NextYear(), null));
                steps.Add(NextUpsert(id));
                break;
            case 4 or 5:
                steps.Add(new(WriteStepKind.Patch, id, NextYear(), null));
                break;
            default:
                for (int count = random.Next(1, 6); count > 0; count--)
                {
                    id = NextId();
                    steps.Add(random.IsOneIn(3) ? new(WriteStepKind.Delete, id, 0, null) : NextUpsert(id));
                }

                break;
        }

        return steps;
    }

    private WriteStep NextUpsert(long id) => new(WriteStepKind.Upsert, id, 0, new ModelDocument(
        id,
        random.IsOneIn(10) ? null : NextVector(),
        random.IsOneIn(6) ? null : NextYear(),
        random.IsOneIn(5) ? null : NextTopic()));
}
