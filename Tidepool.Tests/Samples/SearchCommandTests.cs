using NUnit.Framework;
using SemanticSearch;
using Spectre.Console;

namespace Tidepool.Tests.Samples;

/// <summary>The sample as its user meets it, without a terminal.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SearchCommandTests : IDisposable
{
    private readonly SampleFolder _texts = new();
    private readonly SampleFolder _store = new();

    public SearchCommandTests()
    {
        _texts.Write("cars.md", "# Repairs [draft]\n\nThe automobile's motor turns over but does not start.\n");
        _texts.Write("bread.md", "# Kitchen\n\nKnead the dough and bake the loaf.\n");
    }

    public void Dispose()
    {
        _texts.Dispose();
        _store.Dispose();
    }

    [Test]
    public async Task RunAsync_Query_ShowsFilePassageAndScoreAsPlainLines()
    {
        (int code, string output, string error) = await RunAsync(
            "", _texts.Path, "--store", "memory", "--query", "car engine", "--top", "1");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Match(
            @"(?m)^car engine\r?\n  1  0\.\d{3}  cars\.md:3-3  Repairs \[draft\]\r?\n"
            + @" +The automobile's motor turns over but does not start\.\r?$"));
        Assert.That(output, Does.Not.Contain('\u001b').And.Not.Contain("bread.md"));
    }

    [Test]
    public async Task RunAsync_WordsBehindTheFolder_AreOneQuery()
    {
        (_, string output, _) = await RunAsync("", _texts.Path, "car", "engine", "-q", "baking", "--store", "memory");

        Assert.That(output, Does.Match(@"(?m)^car engine\r?$").And.Match(@"(?m)^baking\r?$"));
    }

    [Test]
    public async Task RunAsync_NoQuery_AnswersItsInput()
    {
        (int code, string output, _) = await RunAsync(
            "car engine\n\nqqxzv\nbaking\n", _texts.Path, "--store", "memory", "--top", "1");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Match("(?s)car engine.*cars.md.*\"qqxzv\".*baking.*bread.md"));
    }

    [Test]
    public async Task RunAsync_SecondRun_ChangesNothing()
    {
        string[] arguments = [_texts.Path, "--store", _store.Path, "--query", "car engine"];
        (_, string first, _) = await RunAsync("", arguments);
        (_, string second, _) = await RunAsync("", arguments);

        Assert.That(first, Does.Contain("2 new, 0 changed, 0 removed, 0 unchanged. Passages: 2 written, 2 in all"));
        Assert.That(second, Does.Contain("0 new, 0 changed, 0 removed, 2 unchanged. Passages: 0 written, 2 in all"));
        Assert.That(second, Does.Contain("cars.md:3-3"));
    }

    [Test]
    public async Task RunAsync_TwoFoldersInOneStore_StayApart()
    {
        using var other = new SampleFolder();
        other.Write("cars.md", "Trains run on rails.");
        await RunAsync("", _texts.Path, "--store", _store.Path, "-q", "car engine");
        await RunAsync("", other.Path, "--store", _store.Path, "-q", "car engine");
        (_, string output, _) = await RunAsync("", _texts.Path, "--store", _store.Path, "-q", "car engine");

        Assert.That(output, Does.Contain("2 unchanged").And.Contain("automobile").And.Not.Contain("Trains"));
    }

    [TestCase("There is no folder", "no-such-folder", "--store", "memory")]
    [TestCase("folder's name is empty", "", "--store", "memory")]
    [TestCase("names no bucket", ".", "--store", "s3://")]
    [TestCase("cannot be opened as the environment says", ".", "--store", "s3://bucket/a//b")]
    [TestCase("--store is empty", ".", "--store", "")]
    [TestCase("--top must be 1 to 1000", ".", "--top", "0")]
    [TestCase("Unrecognized|Cannot parse", ".", "--top", "many")]
    public async Task RunAsync_WrongUsage_SaysSoAndExitsWith2(string message, params string[] arguments)
    {
        (int code, _, string error) = await RunAsync("", arguments);

        Assert.That(error, Does.Match(message));
        Assert.That(code, Is.EqualTo(2));
    }

    [Test]
    public async Task RunAsync_EmptyFolder_FindsNothing()
    {
        (int code, string output, _) = await RunAsync("", _store.Path, "--store", "memory", "--query", "car engine");

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("0 in all").And.Contain("Nothing is indexed."));
    }

    [Test]
    public async Task RunAsync_FileInsteadOfFolder_SaysSoAndExitsWith2()
    {
        (int code, _, string error) = await RunAsync("", Path.Combine(_texts.Path, "cars.md"), "--store", "memory");

        Assert.That(error, Does.Contain("is a file"));
        Assert.That(code, Is.EqualTo(2));
    }

    [Test]
    public async Task RunAsync_StoreThatCannotBeOpened_ExitsWith1()
    {
        (int code, _, string error) = await RunAsync(
            "", _texts.Path, "--store", Path.Combine(_texts.Path, "cars.md", "below-a-file"));

        Assert.That(error, Is.Not.Empty);
        Assert.That(code, Is.EqualTo(1));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        int code = await SearchCommand.RunAsync(arguments, console, new StringReader(input), error);
        return (code, output.ToString(), error.ToString());
    }
}
