using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using SemanticSearch.Passages;
using Tidepool;

namespace SemanticSearch.Indexing;

/// <summary>Keeps a namespace in step with a folder: a document per passage, with its file's hash.</summary>
internal sealed class FolderIndexer(
    TidepoolNamespace passages, IEmbeddingGenerator<string, Embedding<float>> generator)
{
    /// <summary>How many writes make a batch. It is atomic and holds whole files: none is ever half indexed.</summary>
    private const int EnoughPerBatch = 256;

    /// <summary>Indexes what is new or changed and deletes what is gone.</summary>
    internal async Task<IndexReport> IndexAsync(
        string folder, IProgress<IndexProgress>? progress, CancellationToken cancellationToken)
    {
        var report = new IndexReport();
        Dictionary<string, IndexedFile> indexed = await LoadIndexedFilesAsync(cancellationToken);
        List<string> paths = TextFolder.Find(folder);
        var batch = new WriteBatch();
        for (int i = 0; i < paths.Count; i++)
        {
            progress?.Report(new IndexProgress(i, paths.Count));
            await AddFileAsync(folder, paths[i], indexed, batch, report, cancellationToken);
            if (batch.Count >= EnoughPerBatch)
            {
                await passages.WriteAsync(batch, cancellationToken: cancellationToken);
                batch = new WriteBatch();
            }
        }

        if (batch.Count > 0)
        {
            await passages.WriteAsync(batch, cancellationToken: cancellationToken);
        }

        // What is left over was not found again.
        report.Removed = indexed.Count;
        foreach (string[] gone in indexed.Keys.Chunk(EnoughPerBatch))
        {
            AttributeValue[] values = [.. gone.Select(path => (AttributeValue)path)];
            await passages.DeleteAsync(Filter.Field(PassageFields.File).In(values), cancellationToken);
        }

        report.Passages = await passages.CountAsync(cancellationToken: cancellationToken);
        progress?.Report(new IndexProgress(paths.Count, paths.Count));
        return report;
    }

    /// <summary>What is indexed of each file, by path: its first passage tells.</summary>
    private async Task<Dictionary<string, IndexedFile>> LoadIndexedFilesAsync(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, IndexedFile>(StringComparer.Ordinal);
        Filter firstPassages = Filter.Field(PassageFields.Number) == 0;
        await foreach (Document first in passages.ScanAsync(firstPassages, cancellationToken: cancellationToken))
        {
            files.Add(first[PassageFields.File].As<string>()!, new IndexedFile(
                first[PassageFields.Hash].As<string>()!, first[PassageFields.Count].As<int>()));
        }

        return files;
    }

    /// <summary>Adds to the batch what a file needs, and takes it off the list of indexed files.</summary>
    private async Task AddFileAsync(
        string folder,
        string path,
        Dictionary<string, IndexedFile> indexed,
        WriteBatch batch,
        IndexReport report,
        CancellationToken cancellationToken)
    {
        FileText file = await FileText.ReadAsync(Path.Combine(folder, path), cancellationToken);
        if (file.Problem is not null)
        {
            report.Skipped.Add((path, file.Problem));
            if (file.IsUnreadable)
            {
                indexed.Remove(path);
            }

            return;
        }

        if (indexed.TryGetValue(path, out IndexedFile? before) && before.Hash == file.Hash)
        {
            indexed.Remove(path);
            report.Unchanged++;
            return;
        }

        List<Document> documents = await EmbedAsync(path, file, cancellationToken);
        if (documents.Count == 0)
        {
            report.Skipped.Add((path, "no words"));
            return;
        }

        indexed.Remove(path);
        report.New += before is null ? 1 : 0;
        report.Changed += before is null ? 0 : 1;
        report.PassagesWritten += documents.Count;
        foreach (Document document in documents)
        {
            batch.Upsert(document);
        }

        for (int number = documents.Count; number < before?.PassageCount; number++)
        {
            batch.Delete(PassageId(path, number));
        }
    }

    private async Task<List<Document>> EmbedAsync(string path, FileText file, CancellationToken cancellationToken)
    {
        List<Passage> found = PassageSplitter.Split(file.Text, TextFolder.IsMarkdown(path));
        IEnumerable<string> texts = found.Select(passage => $"{passage.Heading}\n{passage.Text}");
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(
            texts, cancellationToken: cancellationToken);

        // A passage without a known word has no direction, so it is like nothing.
        (Passage Passage, ReadOnlyMemory<float> Vector)[] known =
        [
            .. found
                .Zip(embeddings, (passage, embedding) => (passage, embedding.Vector))
                .Where(pair => pair.Vector.Span.ContainsAnyExcept(0f)),
        ];
        return [.. known.Select((pair, number) => new Document(PassageId(path, number))
        {
            Vector = pair.Vector,
            [PassageFields.File] = path,
            [PassageFields.Hash] = file.Hash,
            [PassageFields.Number] = number,
            [PassageFields.Count] = known.Length,
            [PassageFields.FirstLine] = pair.Passage.FirstLine,
            [PassageFields.LastLine] = pair.Passage.LastLine,
            [PassageFields.Heading] = pair.Passage.Heading,
            [PassageFields.Text] = pair.Passage.Text,
        })];
    }

    /// <summary>The path goes in as a hash, for it may be longer than an id.</summary>
    private static DocumentId PassageId(string path, int number) =>
        $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))}-{number}";
}
