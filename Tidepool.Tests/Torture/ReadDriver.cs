using System.Diagnostics;

namespace Tidepool.Tests.Torture;

/// <summary>Has readers read, and judges each answer by what was known when it was asked for.</summary>
internal sealed class ReadDriver(RunRecord record)
{
    private const int ScanOneIn = 8;

    /// <summary>Reads on and on.</summary>
    internal async Task DriveAsync(ChildProcess reader, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !reader.Ended.IsCompleted)
        {
            Dictionary<string, long> floors;
            string request;
            lock (record.Gate)
            {
                string[] keys = [.. record.Ledger.Keys];
                (request, floors) = random.Next(ScanOneIn) switch
                {
                    _ when keys.Length == 0 => ("scan", record.Ledger.BeginRead([])),
                    0 => ("scan", record.Ledger.BeginRead()),
                    < 4 => ("near", record.Ledger.BeginRead([keys[random.Next(keys.Length)]])),
                    _ => ("get", record.Ledger.BeginRead(random.GetItems(keys, 5).Distinct())),
                };
            }

            string asked = request == "scan" ? "" : string.Join(' ', floors.Keys);
            if (await AskAsync(reader, request, asked) is { } found)
            {
                lock (record.Gate)
                {
                    record.Ledger.EndRead(new StrongRead(floors, found, Stopwatch.GetTimestamp()));
                }
            }

            await Task.Delay(random.Next(10), CancellationToken.None);
        }
    }

    /// <summary>A reader's answer, or null when it ends, or takes for ever, without one.</summary>
    internal async Task<Dictionary<string, Observation>?> AskAsync(ChildProcess reader, string request, string keys)
    {
        string[]? answer = await record.AskAsync(reader, request, keys);
        if (answer is null && reader.Ended.IsCompleted)
        {
            record.Accuse($"{reader} ended without an answer to '{request}': {reader.Errors}");
        }

        return answer is null ? null : ObservedDocuments.Parse(answer);
    }
}
