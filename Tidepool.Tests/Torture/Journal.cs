using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tidepool.Tests.Torture;

/// <summary>Every line of every child, written down before it counts: what the database promised, outside the
/// database.</summary>
/// <remarks>Not flushed: processes are killed, never the machine.</remarks>
internal sealed class Journal(string path) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read);
    private long _length;

    internal string Path { get; } = path;

    internal void Append(string source, IEnumerable<string> lines)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"{source} {line}\n")));
        RandomAccess.Write(_file, bytes, _length);
        _length += bytes.Length;
    }

    public void Dispose() => _file.Dispose();
}
