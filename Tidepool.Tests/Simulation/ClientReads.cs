using System.Collections.Immutable;
using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>Reads, each answer held to every position at which it could have been true.</summary>
internal sealed class ClientReads(
    SimulationWorld world, SimulatedNamespace target, SimulationRandom random, WorkloadDocuments workload)
{
    private SimulationHistory History => target.History;

    internal Task ReadAsync(CancellationToken cancellation) => random.Next(5) switch
    {
        0 => CountAsync(cancellation),
        1 => GetAsync(cancellation),
        2 => ScanAsync(cancellation),
        _ => SearchAsync(cancellation),
    };

    internal async Task VerifyAsync(CancellationToken cancellation)
    {
        VerificationReport report = await target.Documents.VerifyAsync(cancellationToken: cancellation);
        bool isDoubtful = world.Faults[FaultKind.BitFlipped] + world.Faults[FaultKind.BodyTruncated] > 0;
        if (!report.IsIntact && !isDoubtful)
        {
            world.Violate($"verification finds {string.Join("; ", report.Problems)}");
        }
    }

    /// <summary>Everything, as it is now.</summary>
    internal Task ScanAllAsync() =>
        ScanAsync(new ScanOptions { IncludeVectors = true }, History.Head, year: 0, CancellationToken.None);

    /// <summary>Everything in a namespace.</summary>
    internal static async Task<List<ModelDocument>> ReadAllAsync(
        TidepoolNamespace documents,
        ReadConsistency consistency = default,
        CancellationToken cancellation = default)
    {
        var read = new List<ModelDocument>();
        var options = new ScanOptions { IncludeVectors = true, Consistency = consistency };
        await foreach (Document document in documents.ScanAsync(null, options, cancellation))
        {
            read.Add(ModelDocument.From(document));
        }

        return read;
    }

    internal static bool IsSame(ImmutableSortedDictionary<long, ModelDocument> expected, List<ModelDocument> read) =>
        expected.Count == read.Count && expected.Values.Zip(read).All(pair => pair.First.IsSameAs(pair.Second));

    private async Task CountAsync(CancellationToken cancellation)
    {
        int from = History.Head;
        long year = random.IsOneIn(2) ? workload.NextYear() : 0;
        Filter? filter = year == 0 ? null : Filter.Field("year") == year;
        long count = await target.Documents.CountAsync(filter, cancellation);
        Settle(
            $"count of year {year}: {count}",
            from,
            documents => documents.Values.Count(found => year == 0 || found.Year == year) == count);
    }

    private async Task GetAsync(CancellationToken cancellation)
    {
        long id = workload.NextId();
        var options = new ReadOptions { IncludeVectors = true };
        int from = Choose(options);
        Document? found = await target.Documents.GetAsync(id, options, cancellation);
        ModelDocument? read = found is null ? null : ModelDocument.From(found);
        Settle($"get {id}: {read}", from, documents => documents.GetValueOrDefault(id) is { } expected
            ? read is not null && read.IsSameAs(expected)
            : read is null);
    }

    private Task ScanAsync(CancellationToken cancellation)
    {
        var options = new ScanOptions { IncludeVectors = true };
        return ScanAsync(options, Choose(options), random.IsOneIn(2) ? workload.NextYear() : 0, cancellation);
    }

    private async Task ScanAsync(ScanOptions options, int from, long year, CancellationToken cancellation)
    {
        var read = new List<ModelDocument>();
        Filter? filter = year == 0 ? null : Filter.Field("year") == year;
        await foreach (Document document in target.Documents.ScanAsync(filter, options, cancellation))
        {
            read.Add(ModelDocument.From(document));
        }

        Settle($"scan of year {year}: {string.Join(", ", read.Select(found => found.Id))}", from, documents =>
        {
            ModelDocument[] expected = [.. documents.Values.Where(found => year == 0 || found.Year == year)];
            return expected.Length == read.Count && expected.Zip(read).All(pair => pair.First.IsSameAs(pair.Second));
        });
    }

    private async Task SearchAsync(CancellationToken cancellation)
    {
        float[] query = workload.NextVector();
        int top = random.Next(1, 12);
        long year = workload.NextYear();
        string topic = workload.NextTopic();
        bool isFiltered = random.IsOneIn(2);
        var options = new SearchOptions
        {
            Effort = SearchEffort.Exact,
            Filter = isFiltered ? Filter.Field("year") >= year & Filter.Field("topic") != topic : null,
        };
        int from = Choose(options);
        SearchResults<Document> hits = await target.Documents.SearchAsync(query, top, options, cancellation);
        long[] read = [.. hits.Select(hit => ModelDocument.From(hit.Record).Id)];
        Settle($"search: {string.Join(", ", read)}", from, documents => documents.Values
            .Where(found => found.Vector is not null)
            .Where(found => !isFiltered || (found.Year >= year && found.Topic != topic))
            .OrderBy(found => SquaredDistance(query, found.Vector!))
            .ThenBy(found => found.Id)
            .Take(top)
            .Select(found => found.Id)
            .SequenceEqual(read));
    }

    /// <summary>Exact for the small whole numbers that are coordinates here.</summary>
    private static double SquaredDistance(float[] left, float[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += ((double)left[i] - right[i]) * ((double)left[i] - right[i]);
        }

        return sum;
    }

    /// <summary>How fresh an answer has to be, and the first position that is.</summary>
    private int Choose(ReadOptions options)
    {
        switch (random.Next(8))
        {
            case 0:
                options.Consistency = ReadConsistency.Eventual;
                return target.Observed;
            case 1:
                options.Consistency = ReadConsistency.Bounded(random.NextTime(TimeSpan.FromMinutes(1)));
                return target.Observed;
            case 2 when target.LastWrite.Incarnation == History.Newest.Incarnation
                && History.Newest.Documents.Count > 0:
                options.Consistency = ReadConsistency.AtLeast(target.LastWrite.Sequence);
                return target.Observed;
            default:
                return History.Head;
        }
    }

    private void Settle(
        string what, int from, Func<ImmutableSortedDictionary<long, ModelDocument>, bool> isRightAt)
    {
        world.Trace.Add(target.Process.Host.Name, "answer", what, from);
        int position = History.FindFirst(from, History.Head, isRightAt);
        if (position < 0)
        {
            world.Violate($"{target.Process.Host.Name}: {what}: wrong at every position from {from} to " +
                $"{History.Head}; right at {History.FindFirst(0, History.Head, isRightAt)}");
        }

        target.Observed = Math.Max(target.Observed, position);
    }
}
