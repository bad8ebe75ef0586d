using System.Text;
using Tidepool.Index.Binary;
using Tidepool.Index.Rows;

namespace Tidepool.Tests.Index.Segments;

/// <summary>A document's key that can be kept.</summary>
internal sealed record TestKey(ulong Hash, byte[] Text)
{
    internal DocumentKey Key => new(Hash, Text);

    internal static TestKey Of(long id) => new((ulong)id, []);

    internal static TestKey Of(string id) => OfText([1, .. Encoding.UTF8.GetBytes(id)]);

    internal static TestKey Of(Guid id) => OfText([2, .. id.ToByteArray(bigEndian: true)]);

    /// <summary>A string id with a hash of the test's choice.</summary>
    internal static TestKey Forced(ulong hash, string id) => new(hash, [1, .. Encoding.UTF8.GetBytes(id)]);

    internal static TestKey Of(DocumentKey key) => new(key.Hash, key.Text.ToArray());

    public bool Equals(TestKey? other) => other is not null && Key.Equals(other.Key);

    public override int GetHashCode() => Hash.GetHashCode();

    public override string ToString() => Text.Length switch
    {
        0 => ((long)Hash).ToString(System.Globalization.CultureInfo.InvariantCulture),
        17 when Text[0] == 2 => new Guid(Text.AsSpan(1), bigEndian: true).ToString(),
        _ => $"'{Encoding.UTF8.GetString(Text.AsSpan(1))}'",
    };

    private static TestKey OfText(byte[] text) => new(XxHash64.Compute(text), text);
}
