using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Tidepool.Storage;

namespace Tidepool.Tests.Support;

/// <summary>Short forms of what the tests do again and again.</summary>
internal static class StoreCalls
{
    public static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    public static ReadOnlySequence<byte> Bytes(byte[] data) => new(data);

    /// <summary>Bytes that differ from place to place and from seed to seed.</summary>
    public static byte[] Noise(int size, int seed)
    {
        var data = new byte[size];
        new Random(seed).NextBytes(data);
        return data;
    }

    public static async Task<string?> TextAsync(this IObjectStore store, string key)
    {
        using GetResult result = await store.GetAsync(key);
        return result.Found ? Encoding.UTF8.GetString(result.Data.Span) : null;
    }

    public static async Task<PutResult> PutTextAsync(
        this IObjectStore store, string key, string text, PutCondition condition = default) =>
        await store.PutAsync(key, Bytes(text), condition);

    public static string Hash(ReadOnlySpan<byte> data) => Convert.ToHexString(SHA256.HashData(data));

    /// <summary>All keys with a prefix, page by page.</summary>
    public static async Task<List<string>> KeysAsync(
        this IObjectStore store, string prefix, string? startAfter = null, int maxKeys = 1000)
    {
        var keys = new List<string>();
        while (true)
        {
            ObjectListing page = await store.ListAsync(prefix, startAfter, maxKeys);
            keys.AddRange(page.Objects.Select(found => found.Key));
            if (!page.IsTruncated)
            {
                return keys;
            }

            startAfter = keys[^1];
        }
    }
}
