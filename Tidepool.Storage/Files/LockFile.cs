using Microsoft.Win32.SafeHandles;

namespace Tidepool.Storage.Files;

/// <summary>A lock that one holder among all processes of the host has at a time; a holder that dies loses
/// it.</summary>
/// <remarks>One thread at a time. Two objects for one file exclude each other, also within one process. Not reliable on
/// network file systems.</remarks>
internal sealed class LockFile(string path) : IDisposable
{
    private SafeFileHandle? _handle;

    /// <summary>Takes the lock if nobody has it; never waits.</summary>
    internal bool TryTake()
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return true;
            }
            catch (IOException error) when (error.HResult == unchecked((int)0x80070020)) // Sharing violation.
            {
                return false;
            }
        }

        if (_handle is null)
        {
            try
            {
                _handle = File.OpenHandle(
                    path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (IOException error) when (error.HResult == UnixCalls.WouldBlock)
            {
                return false; // The base library takes a shared lock as it opens: somebody has the lock.
            }

            _ = UnixCalls.Lock(_handle, UnixCalls.Unlock);
        }

        return UnixCalls.Lock(_handle, UnixCalls.LockExclusive | UnixCalls.LockWithoutWaiting) == 0;
    }

    /// <summary>Gives the lock back.</summary>
    internal void Release()
    {
        if (OperatingSystem.IsWindows())
        {
            Dispose();
        }
        else
        {
            _ = UnixCalls.Lock(_handle!, UnixCalls.Unlock);
        }
    }

    /// <summary>Gives the lock back, if it is held, and closes the file.</summary>
    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }
}
