using System.Collections.Concurrent;
using Tidepool.Model;

namespace Tidepool.Writing;

/// <summary>Batch encoders kept for reuse. Thread-safe.</summary>
internal sealed class EncoderPool
{
    private readonly ConcurrentBag<BatchEncoder> _free = [];

    internal BatchEncoder Rent() => _free.TryTake(out BatchEncoder? encoder) ? encoder : new BatchEncoder();

    internal void Return(BatchEncoder encoder) => _free.Add(encoder);
}
