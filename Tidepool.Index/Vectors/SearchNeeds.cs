using Tidepool.Index.Binary;

namespace Tidepool.Index.Vectors;

/// <summary>What a search will probably read.</summary>
internal sealed class SearchNeeds
{
    /// <summary>Bytes of the index's codes.</summary>
    internal List<ByteRange> Codes { get; } = [];

    /// <summary>Rows, with their vectors and ids: from an ordinal, and how many.</summary>
    internal List<(int First, int Count)> Rows { get; } = [];
}
