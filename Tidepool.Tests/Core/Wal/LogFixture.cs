using NUnit.Framework;
using Tidepool.Model;
using Tidepool.Storage.InMemory;
using Tidepool.Tests.Support;

namespace Tidepool.Tests.Core.Wal;

/// <summary>Processes on one store whose clock the test moves.</summary>
internal abstract class LogFixture
{
    private readonly List<LogProcess> _processes = [];

    protected static GracePolicy Policy => GracePolicy.Local;

    protected ManualTime Clock { get; private set; } = null!;

    protected InMemoryObjectStore Store { get; private set; } = null!;

    [SetUp]
    public void SetUpStore()
    {
        Clock = new ManualTime();
        Store = new InMemoryObjectStore(Clock);
    }

    [TearDown]
    public async Task CloseProcesses()
    {
        foreach (LogProcess process in _processes)
        {
            await process.DisposeAsync();
        }

        _processes.Clear();
    }

    protected async Task<LogProcess> OpenAsync(GracePolicy? policy = null)
    {
        LogProcess process = await LogProcess.OpenAsync(Store, policy ?? Policy);
        _processes.Add(process);
        return process;
    }

    /// <summary>A batch written, flushed, forgotten by the log and deleted: slots up to the head can be taken again.
    /// </summary>
    protected async Task<Guid> WriteAndRecycleAsync(LogProcess writer)
    {
        Guid batch = await writer.AppendAsync();
        await writer.FlushAsync();
        Clock.Advance(Policy.Window * 2);
        Assert.That((await writer.CollectAsync()).LogEntries, Is.GreaterThan(0));
        return batch;
    }

    protected void PassTheWindow() => Clock.Advance(Policy.Window * 2);
}
