using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace SemanticSearch.Embeddings;

/// <summary>Embeds a text as the weighted sum of its words' vectors, at unit length; works offline.</summary>
/// <remarks>
/// Smooth inverse frequency weighting (Arora, Liang and Ma, 2017); the data file carries the weights. It knows what
/// words mean but not their order. A text without a known word gets the zero vector.
/// </remarks>
internal sealed partial class WordVectorGenerator(WordVectors vectors) : IEmbeddingGenerator<string, Embedding<float>>
{
    private const int LongestWord = 64;

    private readonly EmbeddingGeneratorMetadata _metadata =
        new("word-vectors", providerUri: null, defaultModelId: "glove-45k", defaultModelDimensions: vectors.Dimensions);

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (string value in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            embeddings.Add(new Embedding<float>(Embed(value)) { ModelId = _metadata.DefaultModelId });
        }

        return Task.FromResult(embeddings);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        if (serviceKey is not null)
        {
            return null;
        }

        return serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // The vectors are plain memory.
    }

    internal float[] Embed(string text)
    {
        float[] sum = new float[vectors.Dimensions];
        foreach (ValueMatch match in WordPattern().EnumerateMatches(text))
        {
            AddWord(sum, text.AsSpan(match.Index, match.Length));
        }

        float length = MathF.Sqrt(sum.Sum(component => component * component));
        if (length > 0)
        {
            for (int d = 0; d < sum.Length; d++)
            {
                sum[d] /= length;
            }
        }

        return sum;
    }

    private void AddWord(Span<float> sum, ReadOnlySpan<char> word)
    {
        int apostrophe = word.IndexOfAny('\'', '’');
        if (apostrophe >= 0)
        {
            if (word[(apostrophe + 1)..] is not "s")
            {
                return; // A contraction such as "don't" tells nothing about the topic.
            }

            word = word[..apostrophe];
        }

        if (word.Length is < 2 or > LongestWord || word.Contains(':'))
        {
            return; // A single letter, a blob or a web address.
        }

        Span<char> lowerCase = stackalloc char[LongestWord];
        lowerCase = lowerCase[..word.ToLowerInvariant(lowerCase)];
        if (vectors.TryFind(lowerCase, out int ordinal))
        {
            vectors.AddTo(sum, ordinal);
            return;
        }

        // An unknown identifier such as "IfNoneMatch" is read as its parts.
        foreach (ValueMatch part in IdentifierPartPattern().EnumerateMatches(word))
        {
            if (part.Length > 1 && part.Length < word.Length &&
                vectors.TryFind(lowerCase.Slice(part.Index, part.Length), out ordinal))
            {
                vectors.AddTo(sum, ordinal);
            }
        }
    }

    [GeneratedRegex(@"https?://\S+|\p{L}+(?:['’]\p{L}+)*")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+")]
    private static partial Regex IdentifierPartPattern();
}
