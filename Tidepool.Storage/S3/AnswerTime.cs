namespace Tidepool.Storage.S3;

/// <summary>Carries the server's time of an answer past the client library, which drops it: the sender makes one and
/// sets it as current, the HTTP handler below fills it in, for errors too.</summary>
internal sealed class AnswerTime
{
    private static readonly AsyncLocal<AnswerTime?> s_current = new();

    /// <summary>The one that belongs to the request that this flow of control sends.</summary>
    internal static AnswerTime? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    /// <summary>The <c>Date</c> of the latest answer, to the second; null if none came, or it had none.</summary>
    internal DateTimeOffset? Value { get; set; }
}
