using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tidepool.Tests.Support;

/// <summary>Keeps the messages that were logged.</summary>
internal sealed class MessageRecorder : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(int EventId, string Text)> _messages = new();

    internal IEnumerable<string> WithId(int eventId) =>
        _messages.Where(message => message.EventId == eventId).Select(message => message.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _messages.Enqueue((eventId.Id, formatter(state, exception)));

    public void Dispose()
    {
    }
}
