using NUnit.Framework;
using SemanticSearch.Embeddings;
using SemanticSearch.Indexing;

namespace Tidepool.Tests.Samples;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FolderIndexerTests : IAsyncDisposable
{
    private static readonly WordVectorGenerator s_generator = new(WordVectors.LoadDefault());

    private readonly SampleFolder _folder = new();
    private readonly TidepoolDatabase _database = TidepoolDatabase.CreateInMemory();
    private readonly TidepoolNamespace _passages;

    public FolderIndexerTests()
    {
        _passages = _database.GetNamespace("passages" + Guid.NewGuid());
        _folder.Write("cars.md", "# Cars\n\nThe automobile's motor turns over.\n\n# Brakes\n\nThey slow the wheels.\n");
        _folder.Write("food/bread.txt", "Knead the dough and bake the loaf.");
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task IndexAsync_NewFolder_WritesEveryPassage()
    {
        IndexReport report = await IndexAsync();

        Assert.That(Counts(report), Is.EqualTo((2, 0, 0, 0)));
        Assert.That((report.PassagesWritten, report.Passages), Is.EqualTo((3, 3)));
        Assert.That(await FindAsync("car engine"), Is.EqualTo("cars.md:3-3 Cars"));
        Assert.That(await FindAsync("baking"), Is.EqualTo("food/bread.txt:1-1 "));
    }

    [Test]
    public async Task IndexAsync_NothingChanged_WritesNothing()
    {
        await IndexAsync();
        IndexReport report = await IndexAsync();

        Assert.That(Counts(report), Is.EqualTo((0, 0, 0, 2)));
        Assert.That((report.PassagesWritten, report.Passages), Is.EqualTo((0, 3)));
    }

    [Test]
    public async Task IndexAsync_ChangedFile_ReplacesItsPassages()
    {
        await IndexAsync();
        _folder.Write("cars.md", "# Boats\n\nSails catch the wind at sea.\n");

        IndexReport report = await IndexAsync();

        Assert.That(Counts(report), Is.EqualTo((0, 1, 0, 1)));
        Assert.That((report.PassagesWritten, report.Passages), Is.EqualTo((1, 2)));
        Assert.That(await FindAsync("ship on the ocean"), Is.EqualTo("cars.md:3-3 Boats"));
        Assert.That(Counts(await IndexAsync()), Is.EqualTo((0, 0, 0, 2)));
    }

    [Test]
    public async Task IndexAsync_DeletedFile_ForgetsIt()
    {
        await IndexAsync();
        _folder.Delete("cars.md");

        IndexReport report = await IndexAsync();

        Assert.That(Counts(report), Is.EqualTo((0, 0, 1, 1)));
        Assert.That(report.Passages, Is.EqualTo(1));
        Assert.That(await FindAsync("car engine"), Does.StartWith("food/bread.txt"));
    }

    [TestCase("")]
    [TestCase("# Only a title\n")]
    [TestCase("12345\n")]
    public async Task IndexAsync_FileLostItsWords_ForgetsIt(string text)
    {
        await IndexAsync();
        _folder.Write("cars.md", text);

        IndexReport report = await IndexAsync();

        Assert.That(Counts(report), Is.EqualTo((0, 0, 1, 1)));
        Assert.That(report.Skipped, Is.EqualTo(new[] { ("cars.md", "no words") }));
        Assert.That(Counts(await IndexAsync()), Is.EqualTo((0, 0, 0, 1)));
    }

    [Test]
    public async Task IndexAsync_BinaryAndHugeFiles_AreSkipped()
    {
        _folder.Write("binary.md", [0, 1, 2, 3]);
        _folder.Write("huge.md", new byte[FileText.MostBytes + 1]);

        IndexReport report = await IndexAsync();

        Assert.That(Counts(report), Is.EqualTo((2, 0, 0, 0)));
        Assert.That(report.Skipped.Select(skipped => skipped.Path), Is.EqualTo(new[] { "binary.md", "huge.md" }));
    }

    [Test]
    public async Task IndexAsync_EmptyFolder_HasNothing()
    {
        using var empty = new SampleFolder();

        IndexReport report = await IndexAsync(empty);

        Assert.That(Counts(report), Is.EqualTo((0, 0, 0, 0)));
        Assert.That(report.Passages, Is.Zero);
    }

    [Test]
    public async Task IndexAsync_Interrupted_GoesOnWhereItStopped()
    {
        for (int i = 0; i < 600; i++)
        {
            _folder.Write($"{i}.md", $"File number {i} is about the sea.");
        }

        using var interruption = new CancellationTokenSource();
        var progress = new InterruptAt(500, interruption);
        var indexer = new FolderIndexer(_passages, s_generator);

        Assert.That(
            () => indexer.IndexAsync(_folder.Path, progress, interruption.Token),
            Throws.InstanceOf<OperationCanceledException>());
        IndexReport report = await IndexAsync();

        Assert.That(report.Unchanged, Is.InRange(1, 500));
        Assert.That(report.New, Is.EqualTo(602 - report.Unchanged));
        Assert.That(report.Passages, Is.EqualTo(603));
    }

    private static (int New, int Changed, int Removed, int Unchanged) Counts(IndexReport report) =>
        (report.New, report.Changed, report.Removed, report.Unchanged);

    private Task<IndexReport> IndexAsync(SampleFolder? folder = null) =>
        new FolderIndexer(_passages, s_generator).IndexAsync(
            (folder ?? _folder).Path, progress: null, CancellationToken.None);

    private async Task<string> FindAsync(string query)
    {
        Document best = (await _passages.SearchAsync(s_generator.Embed(query), top: 1))[0].Record;
        return $"{best["file"]}:{best["firstLine"]}-{best["lastLine"]} {best["heading"]}";
    }

    private sealed class InterruptAt(int completed, CancellationTokenSource interruption) : IProgress<IndexProgress>
    {
        public void Report(IndexProgress value)
        {
            if (value.Completed == completed)
            {
                interruption.Cancel();
            }
        }
    }
}
