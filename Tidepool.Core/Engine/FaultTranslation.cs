using Tidepool.Index.Binary;
using Tidepool.Model;
using Tidepool.Segments;

namespace Tidepool.Engine;

/// <summary>Turns failures of the inner layers into those that users know; the one border where that happens.</summary>
internal static class FaultTranslation
{
    /// <summary>Whether users do not know this failure.</summary>
    internal static bool IsInner(Exception exception) =>
        exception is MissingObjectException || FindFormatFault(exception) is not null;

    /// <summary>The failure as a user sees it; the same object when it is known to users already.</summary>
    internal static Exception Translate(Exception exception) => exception switch
    {
        _ when FindFormatFault(exception) is { } fault => new DataCorruptionException(
            $"{fault.ObjectKey ?? "A stored object"}, byte {fault.Offset}: {fault.Message}.", fault)
        {
            ObjectKey = fault.ObjectKey,
        },
        MissingObjectException missing => new DataCorruptionException(missing.Message, missing)
        {
            ObjectKey = missing.ObjectKey,
        },
        _ => exception,
    };

    /// <summary>Awaits work that fails as users know it.</summary>
    internal static async Task AwaitAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (Exception fault) when (IsInner(fault))
        {
            throw Translate(fault);
        }
    }

    /// <summary>Sorting rows by their ids reads them, and wraps what that throws.</summary>
    private static SegmentFormatException? FindFormatFault(Exception exception) =>
        exception as SegmentFormatException ??
        (exception as InvalidOperationException)?.InnerException as SegmentFormatException;
}
