using System.Globalization;

namespace Tidepool.Storage.Files;

/// <summary>Where puts write before their objects have names: one folder for each store that is open.</summary>
/// <remarks>A store holds the lock of its folder as long as it lives. A folder whose lock is free, and which is older
/// than <see cref="OldAge"/>, was left behind by a process that died; whoever opens the store next removes
/// it.</remarks>
internal sealed class TemporaryFiles : IDisposable
{
    private const string LockName = "lock";

    private readonly string _folder;
    private readonly LockFile _lock;
    private long _count;

    internal TemporaryFiles(string parent, SharedClock clock)
    {
        Directory.CreateDirectory(parent);
        RemoveDead(parent, clock);
        _folder = Path.Join(parent, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(_folder);
        _lock = new LockFile(Path.Join(_folder, LockName));
        if (!_lock.TryTake())
        {
            throw new IOException($"Cannot lock {_folder}.");
        }
    }

    /// <summary>How old a folder must be, on the store's clock, before its lock is looked at: a new folder has none
    /// yet.</summary>
    internal static TimeSpan OldAge { get; } = TimeSpan.FromHours(1);

    /// <summary>A new empty file.</summary>
    internal TemporaryFile Create()
    {
        long number = Interlocked.Increment(ref _count);
        return new TemporaryFile(Path.Join(_folder, number.ToString("x", CultureInfo.InvariantCulture)));
    }

    /// <summary>Removes this store's folder.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        TryRemove(_folder);
    }

    private static void RemoveDead(string parent, SharedClock clock)
    {
        DateTime oldest = (clock.Now() - OldAge).UtcDateTime;
        foreach (string folder in Directory.EnumerateDirectories(parent))
        {
            if (Directory.GetLastWriteTimeUtc(folder) > oldest)
            {
                continue; // Young, or gone meanwhile (which reads as long ago, and then removes nothing).
            }

            try
            {
                using var dead = new LockFile(Path.Join(folder, LockName));
                if (dead.TryTake())
                {
                    TryRemove(folder);
                }
            }
            catch (IOException)
            {
                // Another process is removing it at this moment.
            }
        }
    }

    /// <summary>Best effort: what stays is found again by the next store that opens.</summary>
    private static void TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // In use (Windows), or being removed by somebody else.
        }
    }
}
