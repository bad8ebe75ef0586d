namespace Tidepool.Tests.Support;

/// <summary>The files that this process has open or mapped; Linux tells, elsewhere the list is empty.</summary>
internal static class OpenFiles
{
    internal static string[] In(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        IEnumerable<string> opened = Directory.EnumerateFileSystemEntries("/proc/self/fd")
            .Select(link => File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName ?? "");
        IEnumerable<string> mapped = File.ReadLines("/proc/self/maps");
        return [.. opened.Concat(mapped).Where(line => line.Contains(folder, StringComparison.Ordinal))];
    }
}
