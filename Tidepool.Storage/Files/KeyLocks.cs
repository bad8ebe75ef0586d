namespace Tidepool.Storage.Files;

/// <summary>Locks that whoever replaces or deletes an object holds meanwhile, among all processes of the
/// host.</summary>
/// <remarks>Without them, a compare-and-swap could look at one version and replace another. Creating needs no lock: a
/// link is atomic by itself. Keys share <see cref="StripeCount"/> locks; nobody holds two.</remarks>
internal sealed class KeyLocks : IDisposable
{
    private const int StripeCount = 64;

    private readonly Stripe[] _stripes;
    private readonly TimeProvider _time;

    internal KeyLocks(string folder, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(folder);
        _stripes = new Stripe[StripeCount];
        for (int i = 0; i < StripeCount; i++)
        {
            _stripes[i] = new Stripe(new LockFile(Path.Join(folder, $"{i:x2}")));
        }
    }

    private static TimeSpan FirstWait { get; } = TimeSpan.FromMilliseconds(0.5);

    private static TimeSpan LongestWait { get; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for the lock of a key; completes at once if it is free. Dispose the answer to give it
    /// back.</summary>
    internal async ValueTask<Holder> TakeAsync(string key, CancellationToken cancellationToken)
    {
        Stripe stripe = _stripes[StripeOf(key)];
        await stripe.Threads.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Another process holds it for microseconds, unless it was stopped: so ask again, ever less often.
            for (TimeSpan wait = FirstWait; !stripe.Processes.TryTake(); wait = Longer(wait))
            {
                await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            stripe.Threads.Release();
            throw;
        }

        return new Holder(stripe);
    }

    /// <summary>Closes the lock files. Nobody may hold a lock.</summary>
    public void Dispose()
    {
        foreach (Stripe stripe in _stripes)
        {
            stripe.Processes.Dispose();
            stripe.Threads.Dispose();
        }
    }

    private static TimeSpan Longer(TimeSpan wait) => wait * 2 < LongestWait ? wait * 2 : LongestWait;

    /// <summary>All processes must choose the same lock for a key, so its own hash code will not do.</summary>
    private static uint StripeOf(string key)
    {
        uint hash = 2166136261; // FNV-1a
        foreach (char unit in key)
        {
            hash = (hash ^ unit) * 16777619;
        }

        return hash % StripeCount;
    }

    /// <summary>A lock that is held.</summary>
    internal readonly struct Holder(Stripe stripe) : IDisposable
    {
        public void Dispose()
        {
            stripe.Processes.Release();
            stripe.Threads.Release();
        }
    }

    /// <summary>One lock: first among the threads of this store, then among processes.</summary>
    internal sealed class Stripe(LockFile processes)
    {
        internal SemaphoreSlim Threads { get; } = new(1, 1);

        internal LockFile Processes { get; } = processes;
    }
}
