namespace Tidepool.Tests.Samples;

/// <summary>A folder of text files that is deleted with the test.</summary>
internal sealed class SampleFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("tidepool-sample-").FullName;

    internal void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));

    internal void Write(string file, byte[] bytes)
    {
        string path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    internal void Delete(string file) => File.Delete(System.IO.Path.Combine(Path, file));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
