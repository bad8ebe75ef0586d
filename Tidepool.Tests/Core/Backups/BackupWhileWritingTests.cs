using System.Collections.Concurrent;
using NUnit.Framework;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Core.Engine;

namespace Tidepool.Tests.Core.Backups;

/// <summary>Backups and copies of a namespace that changes all the while.</summary>
internal sealed class BackupWhileWritingTests : EngineFixture
{
    private const int Writers = 64;
    private const int IdsPerWriter = 8;
    private const int Copies = 8;

    [Test]
    public async Task Backup_WhileManyWrite_IsOnePositionOfTheLog()
    {
        var backups = new InMemoryObjectStore(Clock);
        TidepoolDatabase database = Open();
        var made = new List<BackupInfo>();
        await RunAsync(database, async () => made.Add(await database.BackupAsync(backups)), async number =>
        {
            var target = new InMemoryObjectStore(Clock);
            await TidepoolDatabase.RestoreAsync(backups, target, new RestoreOptions { BackupId = made[number].Id });
            return OpenNamespace(target);
        });
    }

    [Test]
    public async Task Copy_WhileManyWrite_IsOnePositionOfTheLog()
    {
        TidepoolDatabase database = Open();
        int made = 0;
        await RunAsync(
            database,
            () => database.CopyNamespaceAsync("n", $"copy-{made++}"),
            number => Task.FromResult(database.GetNamespace($"copy-{number}")));
    }

    /// <summary>Copies a namespace several times while it changes, and then looks at the copies.</summary>
    private async Task RunAsync(TidepoolDatabase database, Func<Task> copy, Func<int, Task<TidepoolNamespace>> open)
    {
        TidepoolNamespace documents = database.GetNamespace("n");
        var history = new ConcurrentBag<(long Sequence, long Id, long? Value)>();
        using var enough = new CancellationTokenSource();
        Func<bool> isEnough = () => enough.IsCancellationRequested;
        Task[] writers = [.. Enumerable.Range(0, Writers)
            .Select(number => Task.Run(() => WriteAsync(documents, number, history, isEnough)))];
        Task compacting = Task.Run(async () =>
        {
            while (!isEnough())
            {
                await documents.CompactAsync();
                Clock.Advance(TimeSpan.FromSeconds(20)); // So that garbage is collected, too.
            }
        });
        var acknowledged = new List<long>();
        for (int i = 0; i < Copies; i++)
        {
            while (history.Count < (i + 1) * 150)
            {
                await Task.Yield();
            }

            acknowledged.Add(history.Max(write => write.Sequence));
            await copy();
        }

        await enough.CancelAsync();
        await Task.WhenAll([.. writers, compacting]);

        for (int i = 0; i < Copies; i++)
        {
            TidepoolNamespace copied = await open(i);
            long position = (await copied.GetStatisticsAsync()).LastSequence;
            Assert.That(position, Is.GreaterThanOrEqualTo(acknowledged[i]));
            Assert.That(await ReadAsync(copied), Is.EqualTo(Expect(history, position)), $"at {position}");
            Assert.That((await copied.VerifyAsync()).Problems, Is.Empty);
        }
    }

    private static async Task WriteAsync(
        TidepoolNamespace documents,
        int writer,
        ConcurrentBag<(long Sequence, long Id, long? Value)> history,
        Func<bool> isEnough)
    {
        var random = new Random(writer);
        for (long value = 0; !isEnough(); value++)
        {
            long id = (writer * IdsPerWriter) + random.Next(IdsPerWriter);
            bool isDeleted = random.Next(4) == 0;
            WriteResult written = isDeleted
                ? await documents.DeleteAsync(id)
                : await documents.UpsertAsync(MakeDocument(id, value));
            history.Add((written.Sequence, id, isDeleted ? null : value));
        }
    }

    private static string Expect(IEnumerable<(long Sequence, long Id, long? Value)> history, long position) =>
        string.Join(' ', history
            .Where(write => write.Sequence <= position)
            .GroupBy(write => write.Id)
            .Select(writes => writes.MaxBy(write => write.Sequence))
            .Where(write => write.Value is not null)
            .OrderBy(write => write.Id)
            .Select(write => $"{write.Id}={write.Value}"));

    private static async Task<string> ReadAsync(TidepoolNamespace documents)
    {
        var found = new List<string>();
        await foreach (Document document in documents.ScanAsync())
        {
            found.Add($"{document.Id}={document["value"].As<long>()}");
        }

        return string.Join(' ', found);
    }
}
