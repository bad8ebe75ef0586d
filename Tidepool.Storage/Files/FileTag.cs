using System.Globalization;

namespace Tidepool.Storage.Files;

/// <summary>The version tag of a file: when it was written, in units of 100 ns, and its size.</summary>
/// <remarks>Every put stamps its file with a time that the shared clock gives to nobody else, so no two versions of
/// any object have the same tag, however quickly they follow each other and whatever they hold. Whoever copies a
/// store's files keeps their tags if he keeps their times.</remarks>
internal static class FileTag
{
    internal static string Of(DateTime lastWriteUtc, long length) =>
        string.Create(CultureInfo.InvariantCulture, $"{lastWriteUtc.Ticks:x}-{length:x}");

    /// <summary>The tag of a file as it is now; null if there is none.</summary>
    internal static string? OfFile(string path) =>
        new FileInfo(path) is { Exists: true } file ? Of(file.LastWriteTimeUtc, file.Length) : null;
}
