using Microsoft.Win32.SafeHandles;

namespace Tidepool.Storage.Files;

/// <summary>An open folder that is closed when its last user is done with it.</summary>
/// <remarks>Counts its users itself: a safe handle refuses every use from the moment it is disposed, also to those who
/// are in the middle of one.</remarks>
internal sealed class OpenFolder(SafeFileHandle handle) : IDisposable
{
    private int _users = 1; // The one who opened it.

    internal SafeFileHandle Handle => handle;

    /// <summary>Adds a user, who must dispose it once; false if it is closed.</summary>
    internal bool TryUse()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    /// <summary>Takes one user away.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            handle.Dispose();
        }
    }
}
