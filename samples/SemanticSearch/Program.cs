using SemanticSearch;
using Spectre.Console;

return await SearchCommand.RunAsync(args, AnsiConsole.Console, Console.In, Console.Error);
