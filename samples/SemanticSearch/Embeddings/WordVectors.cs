using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace SemanticSearch.Embeddings;

/// <summary>The word vectors of Data/word-vectors.bin; Data/make-vectors made the file and describes it.</summary>
internal sealed class WordVectors
{
    private const uint FormatVersion = 1;
    private const int HeaderSizeBytes = 16;

    // An inflected form that is missing may stand for a word that is there: "subtypes" for "subtype".
    private static readonly (string Ending, string Replacement)[] s_endings =
    [
        ("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("ly", ""),
        ("ness", ""), ("ers", ""), ("er", ""), ("er", "e"),
    ];

    private readonly float[] _factors;
    private readonly sbyte[] _components;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ordinals;

    private WordVectors(int dimensions, float[] factors, sbyte[] components, Dictionary<string, int> ordinals)
    {
        Dimensions = dimensions;
        _factors = factors;
        _components = components;
        _ordinals = ordinals.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    internal int Dimensions { get; }

    internal int Count => _factors.Length;

    /// <summary>Loads the file that was built beside the program.</summary>
    internal static WordVectors LoadDefault() =>
        Load(Path.Combine(AppContext.BaseDirectory, "Data", "word-vectors.bin"));

    internal static WordVectors Load(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (file.Length < HeaderSizeBytes || !file.AsSpan(0, 4).SequenceEqual("TPWV"u8) ||
            ReadUInt32(file, 4) != FormatVersion)
        {
            throw new InvalidDataException($"{path} is not a word vector file of version {FormatVersion}.");
        }

        long count = ReadUInt32(file, 8);
        long dimensions = ReadUInt32(file, 12);
        long componentsOffset = HeaderSizeBytes + (count * sizeof(float));
        long wordsOffset = componentsOffset + (count * dimensions);
        if (dimensions is 0 or > 4096 || wordsOffset > file.Length)
        {
            throw new InvalidDataException(
                $"{path} has {file.Length} bytes, too few for {count} vectors of {dimensions} dimensions.");
        }

        float[] factors = new float[count];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(HeaderSizeBytes + (i * sizeof(float))));
        }

        ReadOnlySpan<byte> components = file.AsSpan((int)componentsOffset, (int)(wordsOffset - componentsOffset));
        string[] words = Encoding.ASCII.GetString(file.AsSpan((int)wordsOffset)).Split('\n');
        if (words.Length != count + 1)
        {
            throw new InvalidDataException($"{path} has {words.Length - 1} words for {count} vectors.");
        }

        var ordinals = new Dictionary<string, int>((int)count);
        for (int i = 0; i < factors.Length; i++)
        {
            ordinals.Add(words[i], i);
        }

        return new WordVectors(
            (int)dimensions, factors, MemoryMarshal.Cast<byte, sbyte>(components).ToArray(), ordinals);
    }

    /// <summary>Finds a lower-case word, or the word that it is an inflected form of.</summary>
    internal bool TryFind(ReadOnlySpan<char> word, out int ordinal)
    {
        if (_ordinals.TryGetValue(word, out ordinal))
        {
            return true;
        }

        foreach ((string ending, string replacement) in s_endings)
        {
            int stemLength = word.Length - ending.Length;
            if (stemLength >= 3 && word.EndsWith(ending) && TryFindStem(word[..stemLength], replacement, out ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds a word's vector, weighted by how much the word tells about a text, to a sum.</summary>
    internal void AddTo(Span<float> sum, int ordinal)
    {
        float factor = _factors[ordinal];
        ReadOnlySpan<sbyte> components = _components.AsSpan(ordinal * Dimensions, Dimensions);
        for (int d = 0; d < components.Length; d++)
        {
            sum[d] += factor * components[d];
        }
    }

    private bool TryFindStem(ReadOnlySpan<char> stem, string replacement, out int ordinal)
    {
        if (_ordinals.TryGetValue($"{stem}{replacement}", out ordinal))
        {
            return true;
        }

        // "snipping" is "snip" with its last letter doubled.
        return replacement.Length == 0 && stem.Length > 3 && stem[^1] == stem[^2] &&
            _ordinals.TryGetValue(stem[..^1], out ordinal);
    }

    private static uint ReadUInt32(byte[] file, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(offset));
}
