using System.CommandLine;
using Microsoft.Extensions.AI;
using SemanticSearch.Embeddings;
using SemanticSearch.Stores;
using Spectre.Console;
using Tidepool;

namespace SemanticSearch;

/// <summary>The command line: indexes a folder's text, then answers queries about it.</summary>
internal static class SearchCommand
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const int Interrupted = 130;
    private const int MostAnswers = 1000;

    private static readonly TimeSpan s_timeToStop = TimeSpan.FromSeconds(10);

    internal static async Task<int> RunAsync(string[] args, IAnsiConsole console, TextReader input, TextWriter error)
    {
        RootCommand command = Create(
            (settings, cancellationToken) => ReportAsync(
                RunAsync(settings, console, input, cancellationToken), error, cancellationToken));
        ParseResult parsed = command.Parse(args);
        int code = await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = s_timeToStop, // Without it, Ctrl+C would cancel nothing.
            Output = console.Profile.Out.Writer,
            Error = error,
        });
        return parsed.Errors.Count > 0 ? WrongUsage : code;
    }

    /// <summary>Says in a sentence what went wrong, if it is nothing wrong with the program itself.</summary>
    private static async Task<int> ReportAsync(Task run, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            await run;
            return Done;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync("Interrupted. The next run goes on from what is stored.");
            return Interrupted;
        }
        catch (UsageException usage)
        {
            await error.WriteLineAsync(usage.Message);
            return WrongUsage;
        }
        catch (Exception failure) when (failure is TidepoolException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(failure.Message);
            return Failed;
        }
    }

    private static RootCommand Create(Func<SearchSettings, CancellationToken, Task<int>> run)
    {
        var folder = new Argument<string?>("FOLDER")
        {
            Description = "The folder whose text and Markdown files to search. Default: this repository's docs.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var words = new Argument<string[]>("QUERY")
        {
            Description = "What to look for. Without a query, asks.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var queries = new Option<string[]>("--query", "-q")
        {
            Description = "What to look for; may be given several times.",
            HelpName = "TEXT",
            Arity = ArgumentArity.OneOrMore,
        };
        var store = new Option<string?>("--store")
        {
            Description = "Where the database is: memory, a directory, or s3://bucket/prefix, with S3_ENDPOINT, "
                + "S3_REGION, S3_ACCESS_KEY and S3_SECRET_KEY in the environment or what the AWS command line uses. "
                + "Default: a directory among your local application data.",
            HelpName = "STORE",
        };
        var top = new Option<int>("--top")
        {
            Description = "How many passages to show per query.",
            HelpName = "COUNT",
            DefaultValueFactory = _ => 5,
        };

        var command = new RootCommand("Searches a folder's text by meaning, in a Tidepool database.")
        {
            folder, words, queries, store, top,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            List<string> all = [.. parsed.GetValue(queries) ?? []];
            if (parsed.GetValue(words) is { Length: > 0 } typed)
            {
                all.Insert(0, string.Join(' ', typed));
            }

            return run(
                new SearchSettings(parsed.GetValue(folder), all, parsed.GetValue(store), parsed.GetValue(top)),
                cancellationToken);
        });
        return command;
    }

    private static async Task RunAsync(
        SearchSettings settings, IAnsiConsole console, TextReader input, CancellationToken cancellationToken)
    {
        if (settings.Top is < 1 or > MostAnswers)
        {
            throw new UsageException($"--top must be 1 to {MostAnswers}.");
        }

        string folder = FolderName.Resolve(settings.Folder);
        var display = new Display(console);

        // Any other generator of Microsoft.Extensions.AI will do: from OpenAI, Ollama, ONNX, …
        using IEmbeddingGenerator<string, Embedding<float>> generator =
            new WordVectorGenerator(WordVectors.LoadDefault());
        EmbeddingGeneratorMetadata model = generator.GetRequiredService<EmbeddingGeneratorMetadata>();

        await using SearchStore store = await SearchStore.OpenAsync(settings.Store, cancellationToken);
        display.ShowOpened(folder, store.Description);
        TidepoolNamespace passages = store.Database.GetNamespace(
            FolderName.ToNamespace(folder, model.DefaultModelId!),
            new NamespaceOptions { Vectors = { new VectorFieldOptions(model.DefaultModelDimensions!.Value) } });

        var session = new SearchSession(passages, generator, display);
        await session.IndexAsync(folder, cancellationToken);
        foreach (string query in settings.Queries)
        {
            await session.AnswerAsync(query, settings.Top, cancellationToken);
        }

        if (settings.Queries.Count == 0)
        {
            bool isTyped = input == Console.In && !Console.IsInputRedirected;
            await session.AnswerTypedAsync(input, isTyped, settings.Top, cancellationToken);
        }
    }
}
