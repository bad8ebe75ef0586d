using System.Diagnostics;
using Microsoft.Extensions.AI;
using SemanticSearch.Indexing;
using Tidepool;

namespace SemanticSearch;

/// <summary>Indexes a folder and answers queries about it.</summary>
internal sealed class SearchSession(
    TidepoolNamespace passages, IEmbeddingGenerator<string, Embedding<float>> generator, Display display)
{
    internal async Task IndexAsync(string folder, CancellationToken cancellationToken)
    {
        var stopwatch = Stopwatch.StartNew();
        var indexer = new FolderIndexer(passages, generator);
        IndexReport report = await display.ShowProgressAsync(
            progress => indexer.IndexAsync(folder, progress, cancellationToken));
        display.Show(report, stopwatch.Elapsed);
    }

    internal async Task AnswerAsync(string query, int top, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<float> vector = await generator.GenerateVectorAsync(query, cancellationToken: cancellationToken);
        if (!vector.Span.ContainsAnyExcept(0f))
        {
            display.ShowNote($"No word of \"{query}\" is known; say it in other words.");
            return;
        }

        SearchResults<Document> results = await passages.SearchAsync(
            vector, top, cancellationToken: cancellationToken);
        display.Show(query, results);
    }

    /// <summary>Answers line after line, until the end of the input or, where it is typed, an empty line.</summary>
    internal async Task AnswerTypedAsync(TextReader input, bool isTyped, int top, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (isTyped)
            {
                display.ShowPrompt();
            }

            // A console's read cannot be cancelled, but need not be waited for.
            string? query = await Task.Run(input.ReadLine, cancellationToken).WaitAsync(cancellationToken);
            if (query is null || (isTyped && query.Length == 0))
            {
                return;
            }

            if (!string.IsNullOrWhiteSpace(query))
            {
                await AnswerAsync(query, top, cancellationToken);
            }
        }
    }
}
