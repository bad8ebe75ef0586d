using Microsoft.Extensions.Logging;

namespace Tidepool.Engine;

/// <summary>Every message the engine logs. Event ids are stable: docs/architecture.md lists them.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1001, LogLevel.Information,
        "Opened namespace {Namespace} at sequence {Sequence}: {Segments} segments, {TailEntries} log " +
        "entries behind them.")]
    internal static partial void NamespaceOpened(
        ILogger logger, string @namespace, long sequence, int segments, long tailEntries);

    [LoggerMessage(1002, LogLevel.Information,
        "Created namespace {Namespace}.")]
    internal static partial void NamespaceCreated(ILogger logger, string @namespace);

    [LoggerMessage(1003, LogLevel.Information,
        "Namespace {Namespace} was dropped at sequence {Sequence}.")]
    internal static partial void NamespaceDropped(ILogger logger, string @namespace, long sequence);

    [LoggerMessage(1004, LogLevel.Warning,
        "Namespace {Namespace} is opened anew: its log was collected past sequence {Sequence}, where " +
        "this process stood.")]
    internal static partial void NamespaceReopened(ILogger logger, string @namespace, long sequence);

    [LoggerMessage(1101, LogLevel.Warning,
        "The outcome of batch {BatchId} in namespace {Namespace} is unknown.")]
    internal static partial void OutcomeUnknown(
        ILogger logger, string @namespace, Guid batchId, Exception exception);

    [LoggerMessage(1102, LogLevel.Warning,
        "Writes to namespace {Namespace} wait: {UnindexedBytes} bytes of log lie behind its segments, " +
        "{MaxUnindexedBytes} are allowed.")]
    internal static partial void WritesHeldBack(
        ILogger logger, string @namespace, long unindexedBytes, long maxUnindexedBytes);

    [LoggerMessage(1201, LogLevel.Information,
        "Flushed namespace {Namespace} to sequence {Sequence}: {Rows} rows, {Bytes} bytes, " +
        "{ElapsedMilliseconds} ms.")]
    internal static partial void Flushed(
        ILogger logger, string @namespace, long sequence, long rows, long bytes, long elapsedMilliseconds);

    [LoggerMessage(1202, LogLevel.Information,
        "Compacted namespace {Namespace}: {Inputs} segments into one of {Rows} rows, {Bytes} bytes, " +
        "{ElapsedMilliseconds} ms.")]
    internal static partial void Compacted(
        ILogger logger, string @namespace, int inputs, long rows, long bytes, long elapsedMilliseconds);

    [LoggerMessage(1203, LogLevel.Debug,
        "A {Job} of namespace {Namespace} was abandoned: {Reason}")]
    internal static partial void JobAbandoned(ILogger logger, string job, string @namespace, string reason);

    [LoggerMessage(1204, LogLevel.Error,
        "A {Job} of namespace {Namespace} failed; it is tried again.")]
    internal static partial void JobFailed(ILogger logger, string job, string @namespace, Exception exception);

    [LoggerMessage(1205, LogLevel.Debug,
        "Collected garbage of namespace {Namespace}: {LogEntries} log entries, {SegmentObjects} segment " +
        "objects, {Manifests} manifests.")]
    internal static partial void Collected(
        ILogger logger, string @namespace, long logEntries, long segmentObjects, long manifests);

    [LoggerMessage(1206, LogLevel.Warning,
        "An index of namespace {Namespace} is damaged: its segment is scanned until the next compaction " +
        "has built it anew. {Damage}")]
    internal static partial void IndexDamaged(ILogger logger, string @namespace, string damage);
}
