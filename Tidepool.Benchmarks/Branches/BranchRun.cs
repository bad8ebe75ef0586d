using System.Diagnostics;
using System.Text.Json.Nodes;
using Tidepool.Benchmarks.Ann;
using Tidepool.Benchmarks.Measuring;
using Tidepool.Storage;
using Tidepool.Storage.Files;
using Tidepool.Storage.Metering;

namespace Tidepool.Benchmarks.Branches;

/// <summary>One run of `branch`: copies the namespace that `ann --database` kept, and backs it up.</summary>
internal sealed class BranchRun(string database, int copyCount, string? backup, string? output)
{
    private const int AddedCount = 1_000;

    private readonly ResultFile _results = new(output);

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var stored = new FileObjectStore(Path.Combine(database, "store"));
        for (int copy = 0; copy < copyCount; copy++)
        {
            await CopyAsync(stored, FormattableString.Invariant($"copy-{copy}"), cancellationToken);
        }

        if (backup is not null)
        {
            using var backups = new FileObjectStore(backup);
            await BackUpAsync(stored, backups, "all", cancellationToken);
            int width = await AddAsync(stored, cancellationToken);
            await BackUpAsync(stored, backups, $"{AddedCount} more of {width} dimensions", cancellationToken);
        }

        return 0;
    }

    private async Task CopyAsync(FileObjectStore stored, string name, CancellationToken cancellationToken)
    {
        var metered = new MeteringObjectStore(stored);
        await using TidepoolDatabase opened = await OpenAsync(metered, cancellationToken);
        long documents = await opened.GetNamespace(AnnDatabase.Name).CountAsync(cancellationToken: cancellationToken);
        metered.Reset();
        long started = Stopwatch.GetTimestamp();
        await opened.CopyNamespaceAsync(AnnDatabase.Name, name, cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        StoreUsage usage = metered.GetUsage();
        long copied = await opened.GetNamespace(name).CountAsync(cancellationToken: cancellationToken);
        Report("copy", name, copied == documents ? copied : -1, elapsed, usage);
    }

    private async Task BackUpAsync(
        FileObjectStore stored, FileObjectStore backups, string what, CancellationToken cancellationToken)
    {
        var metered = new MeteringObjectStore(backups);
        await using TidepoolDatabase opened = await OpenAsync(stored, cancellationToken);
        long documents = await opened.GetNamespace(AnnDatabase.Name).CountAsync(cancellationToken: cancellationToken);
        var options = new BackupOptions { Namespaces = { AnnDatabase.Name } };
        long started = Stopwatch.GetTimestamp();
        await opened.BackupAsync(metered, options, cancellationToken: cancellationToken);
        Report("backup", what, documents, Stopwatch.GetElapsedTime(started), metered.GetUsage());
    }

    /// <summary>Adds some documents that were not there.</summary>
    private static async Task<int> AddAsync(FileObjectStore stored, CancellationToken cancellationToken)
    {
        await using TidepoolDatabase opened = await OpenAsync(stored, cancellationToken);
        TidepoolNamespace documents = opened.GetNamespace(AnnDatabase.Name);
        Document first = await documents.ScanAsync(
            options: new ScanOptions { IncludeVectors = true, Limit = 1 }, cancellationToken: cancellationToken)
            .FirstAsync(cancellationToken);
        ReadOnlyMemory<float> vector = first.Vector!.ToSingle();
        await documents.UpsertAsync(
            Enumerable.Range(0, AddedCount).Select(number => new Document($"added-{number}") { Vector = vector }),
            cancellationToken: cancellationToken);
        return vector.Length;
    }

    private static Task<TidepoolDatabase> OpenAsync(
        IObjectStore store, CancellationToken cancellationToken) =>
        TidepoolDatabase.OpenAsync(
            store, new TidepoolOptions { Compaction = { Enabled = false } }, cancellationToken);

    private void Report(string kind, string what, long documents, TimeSpan elapsed, StoreUsage usage) =>
        _results.Add(new JsonObject
        {
            ["kind"] = kind,
            ["peer"] = "tidepool",
            ["what"] = what,
            ["documents"] = documents,
            ["ms"] = Math.Round(elapsed.TotalMilliseconds, 1),
            ["requests"] = usage.Requests,
            ["bytes_stored"] = usage.Put.Bytes + usage.Upload.Bytes,
        });
}
