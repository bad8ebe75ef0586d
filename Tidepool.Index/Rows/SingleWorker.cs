namespace Tidepool.Index.Rows;

/// <summary>The calling thread alone: one part after the other, in order.</summary>
internal sealed class SingleWorker : IWorkers
{
    private SingleWorker()
    {
    }

    internal static SingleWorker Instance { get; } = new();

    public int Count => 1;

    public void Run(int partCount, Action<int> body)
    {
        for (int part = 0; part < partCount; part++)
        {
            body(part);
        }
    }
}
