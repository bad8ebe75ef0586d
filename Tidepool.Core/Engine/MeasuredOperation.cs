using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Tidepool.Engine;

/// <summary>A read or write of a namespace, as telemetry and its caller see it: it lasts until it is disposed, and its
/// failures are translated.</summary>
internal sealed class MeasuredOperation(EngineMetrics metrics, string operation, string @namespace) : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Activity? _activity = metrics.StartOperation(operation, @namespace);
    private Exception? _failure;

    /// <summary>Awaits a part of it.</summary>
    internal async ValueTask<TResult> RunAsync<TResult>(ValueTask<TResult> part)
    {
        try
        {
            return await part.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            throw Fail(exception);
        }
    }

    /// <summary>Does a part of it.</summary>
    internal TResult Run<TArgument, TResult>(Func<TArgument, TResult> part, TArgument argument)
    {
        try
        {
            return part(argument);
        }
        catch (Exception exception)
        {
            throw Fail(exception);
        }
    }

    public void Dispose() => metrics.EndOperation(_activity, operation, @namespace, _started, _failure);

    /// <summary>Notes a failure; throws it, with where it came from, or returns what users know it as.</summary>
    private Exception Fail(Exception exception)
    {
        _failure = FaultTranslation.Translate(exception);
        if (ReferenceEquals(_failure, exception))
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        return _failure;
    }
}
