using Tidepool.Model;
using Tidepool.Tests.Properties;

namespace Tidepool.Tests.Simulation;

/// <summary>Tags, and reads of the past, each answer held to the state that it names.</summary>
internal sealed class ClientTags(SimulationWorld world, SimulatedNamespace target, SimulationRandom random)
{
    private static readonly string[] s_names = ["a", "b", "c"];

    private SimulationHistory History => target.History;

    /// <summary>Whether a manifest may have been overlooked, so that a state counts as expired too soon.</summary>
    private bool AreListingsWrong =>
        world.Faults[FaultKind.ListingStale] + world.Faults[FaultKind.ListingPartial] > 0;

    internal Task StepAsync(CancellationToken cancellation) => random.Next(8) switch
    {
        0 or 1 => CreateAsync(random.Pick(s_names), cancellation),
        2 => DeleteAsync(random.Pick(s_names), cancellation),
        3 or 4 => ReadTagAsync(random.Pick(s_names), cancellation),
        5 when world.HistoryRetention > TimeSpan.Zero => ReadTimeAsync(cancellation),
        _ => ReadPastAsync(cancellation),
    };

    /// <summary>Keeps the newest state, unless there is such a tag.</summary>
    internal async Task CreateAsync(string name, CancellationToken cancellation)
    {
        int from = History.Head;
        NamespaceTag made;
        try
        {
            made = await target.Documents.CreateTagAsync(name, cancellation);
        }
        catch (InvalidOperationException refusal)
            when (refusal.Message.Contains("already") || refusal.Message.Contains("There is no namespace"))
        {
            return;
        }

        if (!History.AllIncarnations.SelectMany(found => found.Pins).Any(
            pin => pin.Pin.Name == name && pin.Position >= from && pin.Pin.Position.Sequence == made.Sequence))
        {
            world.Violate($"{target.Process.Host.Name}: {made} was acknowledged, but it is not there");
        }

        for (int position = from; position <= History.Head; position++)
        {
            HistoryPosition at = History.At(position);
            if (at.Sequence == made.Sequence && at.Documents.Count == made.Documents)
            {
                return;
            }
        }

        world.Violate($"{target.Process.Host.Name}: {made} is of no state from {from} to {History.Head}");
    }

    /// <summary>Gives up a tag, if there is one.</summary>
    internal async Task DeleteAsync(string name, CancellationToken cancellation)
    {
        IncarnationHistory? incarnation = History.Living;
        PinHistory? known = FindTag(incarnation, name);
        bool isDeleted = await target.Documents.DeleteTagAsync(name, cancellation);
        if (incarnation is { IsDropped: false } && known is { Until: null })
        {
            world.Violate($"{target.Process.Host.Name}: tag {name} is there, though it was deleted ({isDeleted})");
        }
    }

    /// <summary>Every tag that there ever was.</summary>
    internal async Task ReadAllAsync(CancellationToken cancellation)
    {
        foreach (string name in History.AllIncarnations.SelectMany(found => found.Pins)
            .Select(pin => pin.Pin.Name).Where(found => PinNames.IsTag(found)).Distinct().ToArray())
        {
            await ReadTagAsync(name, cancellation);
        }
    }

    internal async Task ReadTagAsync(string name, CancellationToken cancellation)
    {
        DateTimeOffset began = world.Store.Now;
        IncarnationHistory? incarnation = History.Living;
        List<ModelDocument>? read = await ReadAsync(ReadConsistency.AsOfTag(name), cancellation);
        PinHistory[] pins =
        [
            .. History.AllIncarnations.SelectMany(found => found.Pins)
                .Where(pin => pin.Pin.Name == name && (pin.Until is null || pin.Until >= began)),
        ];
        if (read is not null)
        {
            if (!pins.Any(pin => ClientReads.IsSame(History[pin.Position], read)))
            {
                world.Violate($"{target.Process.Host.Name}: tag {name} read as {Describe(read)}");
            }
        }
        else if (incarnation is { IsDropped: false } && FindTag(incarnation, name) is { } tag && tag.From <= began)
        {
            world.Violate($"{target.Process.Host.Name}: tag {name} was not found, though it was there all the time");
        }
    }

    private Task ReadPastAsync(CancellationToken cancellation) => History.Living is { } incarnation
        ? ReadPastAsync(incarnation, random.Next((int)incarnation.Head.Sequence + 1), cancellation)
        : Task.CompletedTask;

    internal async Task ReadPastAsync(
        IncarnationHistory incarnation, long sequence, CancellationToken cancellation)
    {
        List<ModelDocument>? read = await ReadAsync(ReadConsistency.AsOf(sequence), cancellation);
        if (read is not null)
        {
            // Another one may have taken its place meanwhile.
            bool isBeginning = sequence == 0 && read.Count == 0; // Before the first entry even a copy was empty.
            if (!isBeginning && !History.AllIncarnations.Any(found => found.Number >= incarnation.Number
                && found.Has(sequence) && ClientReads.IsSame(History[found.PositionOf(sequence)], read)))
            {
                world.Violate($"{target.Process.Host.Name}: state {sequence} read as {Describe(read)}");
            }
        }
        else if (!incarnation.IsDropped && !AreListingsWrong && incarnation.Has(sequence)
            && (sequence == incarnation.Head.Sequence
            || world.Store.Now - incarnation.TimeOf(sequence + 1) < world.KeptFor - (2 * world.MaxStoreLag)))
        {
            world.Violate($"{target.Process.Host.Name}: state {sequence} has expired before its window");
        }
    }

    private async Task ReadTimeAsync(CancellationToken cancellation)
    {
        if (History.Living is not { } incarnation)
        {
            return;
        }

        DateTimeOffset time = world.Store.Now - random.NextTime(2 * world.KeptFor);
        List<ModelDocument>? read = await ReadAsync(ReadConsistency.AsOf(time), cancellation);

        // An object can look older than it is, never younger.
        long first = incarnation.FindLast(time);
        if (read is not null)
        {
            bool isRight = History.AllIncarnations.Any(found => found.Number >= incarnation.Number
                && Enumerable.Range((int)found.FindLast(time), (int)found.Head.Sequence + 1)
                    .TakeWhile(sequence => sequence <= found.FindLast(time + world.MaxStoreLag))
                    .Any(sequence => ClientReads.IsSame(found.DocumentsAt(sequence), read)));
            if (!isRight)
            {
                world.Violate($"{target.Process.Host.Name}: state of {time:O}, {first}, read as {Describe(read)}");
            }
        }
        else if (!incarnation.IsDropped && !AreListingsWrong && first > incarnation.Start.Sequence
            && world.Store.Now - time < world.KeptFor - (2 * world.MaxStoreLag))
        {
            world.Violate($"{target.Process.Host.Name}: state of {time:O}, {first}, has expired before its time");
        }
    }

    /// <summary>All documents of a state; null when it is said to have expired.</summary>
    private async Task<List<ModelDocument>?> ReadAsync(ReadConsistency consistency, CancellationToken cancellation)
    {
        try
        {
            return await ClientReads.ReadAllAsync(target.Documents, consistency, cancellation);
        }
        catch (SnapshotExpiredException)
        {
            return null;
        }
    }

    private static PinHistory? FindTag(IncarnationHistory? incarnation, string name) =>
        incarnation?.Pins.Find(pin => pin.Pin.Name == name && pin.Until is null);

    private static string Describe(List<ModelDocument> read) => string.Join(", ", read.Select(found => found.Id));
}
