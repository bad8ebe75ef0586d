namespace Tidepool.Storage.Files;

/// <summary>Turns what the file system throws into what a store throws.</summary>
internal static class FileErrors
{
    // Too many open files, in the process or on the host; locked for a moment.
    private static readonly int[] s_transientUnixErrors = [23, 24, 11];
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsLockViolation = unchecked((int)0x80070021);

    internal static bool IsFileError(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>For a call that has changed nothing.</summary>
    internal static StorageException Failed(string operation, string key, Exception error) =>
        new($"{key}: cannot {operation} the object: {error.Message}", IsTransient(error), error)
        {
            Operation = operation,
        };

    /// <summary>For a put whose object may have appeared: whoever sends it again must look whose it is.</summary>
    internal static StorageException InDoubt(string key, string reason, Exception? error = null) =>
        new($"{key}: the object may or may not have been written: {reason}", isTransient: true, error)
        {
            Operation = "put",
        };

    private static bool IsTransient(Exception error) =>
        OperatingSystem.IsWindows()
            ? error.HResult is WindowsSharingViolation or WindowsLockViolation
            : Array.IndexOf(s_transientUnixErrors, error.HResult) >= 0;
}
