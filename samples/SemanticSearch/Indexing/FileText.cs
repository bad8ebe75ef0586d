using System.Security.Cryptography;
using System.Text;

namespace SemanticSearch.Indexing;

/// <summary>What a file holds, or why it is not indexed.</summary>
/// <param name="Text">The decoded text; empty when there is a problem.</param>
/// <param name="Hash">The SHA-256 of the bytes, in hexadecimal; empty when there is a problem.</param>
/// <param name="Problem">Why the file is not indexed; null when it can be.</param>
/// <param name="IsUnreadable">Whether the file could not be read just now: what is indexed of it then stays.</param>
internal sealed record FileText(string Text, string Hash, string? Problem = null, bool IsUnreadable = false)
{
    /// <summary>Larger files are logs and dumps rather than documents, and would be read into memory whole.</summary>
    internal const int MostBytes = 8 << 20;

    private const int SniffedBytes = 8 << 10;

    internal static async Task<FileText> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                return new FileText("", "", $"larger than {MostBytes >> 20} MiB");
            }

            bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            return new FileText("", "", inner.Message, IsUnreadable: true);
        }

        return IsBinary(bytes)
            ? new FileText("", "", "not text")
            : new FileText(Decode(bytes), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static bool IsBinary(ReadOnlySpan<byte> bytes) =>
        !IsUtf16(bytes) && bytes[..Math.Min(bytes.Length, SniffedBytes)].Contains((byte)0);

    /// <summary>Whether the text begins with UTF-16's byte order mark, in either order.</summary>
    private static bool IsUtf16(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];

    private static string Decode(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8); // Or as its byte order mark says.
        return reader.ReadToEnd();
    }
}
