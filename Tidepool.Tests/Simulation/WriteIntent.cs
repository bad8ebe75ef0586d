using System.Collections.Immutable;
using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>What a batch means, said in the simplest way there is: a function from documents to documents.</summary>
internal sealed class WriteIntent(Guid id, bool isKeyed, IReadOnlyList<WriteStep> steps)
{
    internal Guid Id { get; set; } = id;

    internal bool IsKeyed { get; } = isKeyed;

    /// <summary>Whether its caller was told that it has failed for certain.</summary>
    internal bool HasFailed { get; set; }

    /// <summary>The incarnation whose log holds it; 0 for none.</summary>
    internal int CommittedIn { get; set; }

    /// <summary>Whether an attempt to write it was said to be of unknown outcome.</summary>
    internal bool IsInDoubt { get; set; }

    /// <summary>The number of documents that it stores.</summary>
    internal long Upserts => steps.Count(step => step.Kind is WriteStepKind.Upsert or WriteStepKind.Patch);

    internal bool IsDeleteWhere => steps[0].Kind == WriteStepKind.DeleteYear;

    internal WriteBatch ToBatch()
    {
        var batch = new WriteBatch();
        foreach (WriteStep step in steps)
        {
            _ = step.Kind switch
            {
                WriteStepKind.Upsert => batch.Upsert(step.Document!.ToDocument()),
                WriteStepKind.Delete => batch.Delete(step.Id),
                WriteStepKind.Patch => batch.Patch(
                    step.Id, new Dictionary<string, AttributeValue> { ["year"] = step.Year }),
                WriteStepKind.RequireAbsent => batch.RequireAbsent(step.Id),
                WriteStepKind.RequireYear => batch.RequireMatch(step.Id, Filter.Field("year") == step.Year),
                _ => batch.DeleteWhere(Filter.Field("year") == step.Year),
            };
        }

        return batch;
    }

    /// <summary>What it makes of the documents; null where one of its conditions does not hold.</summary>
    internal ImmutableSortedDictionary<long, ModelDocument>? Apply(
        ImmutableSortedDictionary<long, ModelDocument> before)
    {
        if (!steps.All(step => Holds(step, before)))
        {
            return null;
        }

        ImmutableSortedDictionary<long, ModelDocument>.Builder after = before.ToBuilder();
        foreach (WriteStep step in steps)
        {
            switch (step.Kind)
            {
                case WriteStepKind.Upsert:
                    after[step.Id] = step.Document!;
                    break;
                case WriteStepKind.Delete:
                    after.Remove(step.Id);
                    break;
                case WriteStepKind.Patch when !after.ContainsKey(step.Id):
                    return null;
                case WriteStepKind.Patch:
                    after[step.Id] = after[step.Id] with { Year = step.Year };
                    break;
                case WriteStepKind.DeleteYear:
                    after.RemoveRange(before.Values.Where(found => found.Year == step.Year).Select(found => found.Id));
                    break;
                default:
                    break; // A condition: tested already.
            }
        }

        return after.ToImmutable();
    }

    public override string ToString() =>
        $"{Id}{(IsKeyed ? " keyed" : "")}: " + string.Join(", ", steps.Select(step => $"{step.Kind} {step.Id}"));

    private static bool Holds(WriteStep step, ImmutableSortedDictionary<long, ModelDocument> documents) =>
        step.Kind switch
        {
            WriteStepKind.RequireAbsent => !documents.ContainsKey(step.Id),
            WriteStepKind.RequireYear => documents.TryGetValue(step.Id, out ModelDocument? found)
                && found.Year == step.Year,
            _ => true,
        };
}
