namespace Tidepool.Tests.Core.Segments;

/// <summary>An empty folder for one test. Deleting it fails the test when something still holds a file in it on a
/// system that cares.</summary>
internal sealed class TestFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("tidepool-test-").FullName;

    internal string[] FileNames => [.. Directory.GetFiles(Path).Select(System.IO.Path.GetFileName)!];

    internal string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
