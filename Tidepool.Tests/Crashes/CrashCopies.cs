using Tidepool.Engine;
using Tidepool.Storage;
using Tidepool.Tests.Properties;
using Tidepool.Tests.Simulation;

namespace Tidepool.Tests.Crashes;

/// <summary>Copies of a namespace, in its database and as backups, each held to the history.</summary>
internal sealed class CrashCopies(CrashStage stage, CrashActor actor)
{
    private SimulationHistory History => actor.History;

    /// <summary>Copies it under another name, unless there is such a namespace.</summary>
    internal async Task CopyAsync(string destination = CrashStage.CopyName)
    {
        SimulationHistory copy = stage.World.Witness.Of(destination);
        int from = History.Head;
        try
        {
            await actor.Process.Database.CopyNamespaceAsync(History.Name, destination);
        }
        catch (InvalidOperationException) when (copy.Living is not null)
        {
            return;
        }

        if (copy.Living is not { } made || !ClientCopies.IsState(History, from, made))
        {
            stage.World.Violate($"the copy {destination} was acknowledged, but it is not one");
        }
    }

    /// <summary>Brings it back, unless it is there.</summary>
    internal async Task UndeleteAsync()
    {
        try
        {
            await actor.Process.Database.UndeleteNamespaceAsync(History.Name);
        }
        catch (InvalidOperationException) when (History.Living is not null)
        {
        }

        if (History.Living is not { Source: { Incarnation: { IsDropped: true } source } } back
            || back.Start.Sequence != source.Head.Sequence - 1)
        {
            stage.World.Violate("the namespace is not back as it was before its drop");
        }
    }

    internal async Task BackupAsync()
    {
        int from = History.Head;
        BackupInfo made = await actor.Process.Database.BackupAsync(actor.Vault);
        stage.Backups.Add(made.Id, (from, History.Head));
    }

    /// <summary>Makes the newest backup the namespace, which was dropped.</summary>
    internal async Task RestoreAsync()
    {
        stage.World.Witness.IsRestoring = true;
        BackupInfo restored = await RestoreAsync(actor.Process.Connection, new RestoreOptions());
        (int from, int to) = stage.Backups[restored.Id];
        if (History.Living is not { Source: (_, var position) } || position < from || position > to)
        {
            stage.World.Violate($"backup {restored.Id} was restored, but its state is not there");
        }
    }

    /// <summary>Restores each backup that there is, elsewhere.</summary>
    internal async Task CheckBackupsAsync()
    {
        var found = new HashSet<string>();
        await foreach (BackupInfo info in RestoreWork.ListAsync(actor.Vault, CancellationToken.None))
        {
            found.Add(info.Id);
            (int from, int to) = stage.Backups.GetValueOrDefault(info.Id, (0, History.Head));
            await CheckAsync(info.Id, from, to);
        }

        foreach (string missing in stage.Backups.Keys.Except(found))
        {
            stage.World.Violate($"backup {missing} was acknowledged, but it is not there");
        }
    }

    private async Task CheckAsync(string id, int from, int to)
    {
        SimulatedProcess process = actor.Process;
        var elsewhere = new ModelStoreConnection(
            stage.World, process.Host, stage.World.Sharing, new ModelStore(stage.World.Loop));
        await RestoreAsync(elsewhere, new RestoreOptions { BackupId = id });
        await using var database = new TidepoolDatabase(elsewhere, process.Options);
        TidepoolNamespace documents = database.GetNamespace(History.Name);
        VerificationReport report = await documents.VerifyAsync();
        List<ModelDocument> read = await ClientReads.ReadAllAsync(documents);
        if (!report.IsIntact || History.FindFirst(from, to, state => ClientReads.IsSame(state, read)) < 0)
        {
            stage.World.Violate($"backup {id} is of no position from {from} to {to}, or damaged: "
                + string.Join("; ", report.Problems));
        }
    }

    private Task<BackupInfo> RestoreAsync(IObjectStore destination, RestoreOptions options) => RestoreWork.RunAsync(
        actor.Vault, destination, options, actor.Process.Options, progress: null, CancellationToken.None);
}
