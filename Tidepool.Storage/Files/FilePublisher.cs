namespace Tidepool.Storage.Files;

/// <summary>Gives a written and flushed temporary file its name, atomically and durably: the last steps of every put.
/// </summary>
/// <remarks>
/// <para>Any number of threads and processes. Folders are made as they are needed and removed when they fall empty, so
/// every step allows for a folder that another process removes meanwhile.</para>
/// <para>Failures are <see cref="IOException"/>. <see cref="Flush"/> alone may fail after the name has appeared.</para>
/// </remarks>
internal abstract class FilePublisher : IDisposable
{
    /// <summary>How often a folder that vanishes is made again before giving up; a process needs to lose many races
    /// in a row to come here.</summary>
    protected const int MaxAttempts = 100;

    internal static FilePublisher Open(string root) =>
        OperatingSystem.IsWindows() ? new WindowsFilePublisher(root) : new UnixFilePublisher(root);

    /// <summary>Makes the target's folder ready, so that what follows is quick.</summary>
    internal abstract void Prepare(string target);

    /// <summary>Gives the temporary file a name that is free; false, and nothing done, if it is taken. The temporary
    /// name may stay: the caller removes it.</summary>
    internal abstract bool TryCreate(string temporary, string target);

    /// <summary>Moves the temporary file to a name, over the file that has it.</summary>
    internal abstract void Replace(string temporary, string target);

    /// <summary>Returns when names that were given in the target's folder are on the disk.</summary>
    internal abstract void Flush(string target);

    /// <summary>Returns when names that were taken away in a folder are gone from the disk, and removes the folder
    /// if it is empty, with those above it.</summary>
    internal abstract void FlushDeleted(string folder);

    public abstract void Dispose();
}
